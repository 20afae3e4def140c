// A relying party on openid-client: private_key_jwt, PKCE, userinfo, refresh, introspection, revocation, RP-initiated
// logout. It is an integrator's code, as its library's documentation would have it, and knows nothing of this service but
// what discovery says.
//
//   node rp.mjs keys    prints a key pair as two JWKs
//   node rp.mjs         serves; reads ISSUER, PORT, CLIENT_ID and CLIENT_KEY (a private JWK)
import { createServer } from 'node:http'
import * as client from 'openid-client'

const { subtle } = globalThis.crypto
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }

if (process.argv[2] === 'keys') {
  const pair = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const jwk = async (key) => ({ ...(await subtle.exportKey('jwk', key)), kid: 'rp-1' })
  const bare = ({ key_ops, ext, ...members }) => members
  const publicKey = { ...bare(await jwk(pair.publicKey)), use: 'sig', alg: 'ES256' }
  console.log(JSON.stringify({ private: bare(await jwk(pair.privateKey)), public: publicKey }))
  process.exit(0)
}

const { ISSUER, PORT, CLIENT_ID, CLIENT_KEY } = process.env
const here = `http://localhost:${PORT}`
const key = await subtle.importKey('jwk', JSON.parse(CLIENT_KEY), algorithm, false, ['sign'])
const config = await client.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  { id_token_signed_response_alg: 'ES256' },
  client.PrivateKeyJwt({ key, kid: 'rp-1' }),
  { execute: [client.allowInsecureRequests] },
)
const begun = new Map()
let held = null

async function login() {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
  begun.set(expectedState, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true })
  return client.buildAuthorizationUrl(config, {
    redirect_uri: `${here}/callback`,
    scope: 'openid profile email offline_access',
    prompt: 'consent',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
}

async function callback(url) {
  const checks = begun.get(url.searchParams.get('state'))
  begun.delete(url.searchParams.get('state'))
  held = await client.authorizationCodeGrant(config, url, checks)
  const claims = held.claims()
  return { claims, userinfo: await client.fetchUserInfo(config, held.access_token, claims.sub) }
}

async function renew() {
  const before = held
  held = await client.refreshTokenGrant(config, before.refresh_token)
  const introspected = await client.tokenIntrospection(config, held.access_token)
  const userinfo = await client.fetchUserInfo(config, held.access_token, before.claims().sub)
  return { renewed: held.access_token !== before.access_token, introspected, userinfo }
}

async function revoke() {
  await client.tokenRevocation(config, held.refresh_token ?? held.access_token)
  const after = await client.tokenIntrospection(config, held.access_token)
  const refreshed = await client.refreshTokenGrant(config, held.refresh_token).then(
    () => 'refreshed',
    (error) => error.error,
  )
  return { after, refreshed }
}

const logout = () =>
  client.buildEndSessionUrl(config, { post_logout_redirect_uri: `${here}/out`, id_token_hint: held.id_token, state: 'bye' })

const ways = { '/login': login, '/callback': callback, '/renew': renew, '/revoke': revoke, '/logout': logout, '/out': async (url) => ({ out: url.search }) }

createServer(async (request, response) => {
  const url = new URL(request.url, here)
  try {
    const answer = await ways[url.pathname]?.(url)
    if (answer instanceof URL) response.writeHead(303, { location: answer.href }).end()
    else response.writeHead(answer ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' }).end(JSON.stringify(answer ?? null))
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(JSON.stringify({ failed: `${error}`, cause: `${error.cause ?? ''}` }))
  }
}).listen(Number(PORT), '127.0.0.1')
