"""Azure Lighthouse, as data: what a delegation holds, what may not be in one, and its template. Pure."""
