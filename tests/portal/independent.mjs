// An OpenID provider that is not our sandbox: certified node oidc-provider, as its own documentation sets it up.
// node independent.mjs PORT TENANT CLIENT SECRET REDIRECT PEM OID
import { createServer } from 'node:https'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Provider from 'oidc-provider'

const [port, tenant, client, secret, redirect, pem, oid] = process.argv.slice(2)
const mount = `/${tenant}/v2.0`
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
const claims = { tid: tenant, oid, name: 'Ida Independent', preferred_username: 'ida@fabrikam.example', roles: ['Portal.Auditor'] }
const provider = new Provider(`https://localhost:${port}${mount}`, {
  clients: [{
    client_id: client, client_secret: secret, redirect_uris: [redirect],
    token_endpoint_auth_method: 'client_secret_post', require_auth_time: true,
  }],
  claims: { openid: ['sub', ...Object.keys(claims)] },
  conformIdTokenClaims: false,
  cookies: { keys: ['for-tests'] },
  jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'independent' }] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
})
const answer = provider.callback()
createServer({ key: readFileSync(pem), cert: readFileSync(pem) }, (request, response) => {
  if (!request.url.startsWith(mount)) { response.writeHead(404).end(); return }
  request.originalUrl = request.url
  request.url = request.url.slice(mount.length)
  answer(request, response)
}).listen(Number(port), '127.0.0.1', () => console.log('listening'))
