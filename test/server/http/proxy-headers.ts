/** What reaches the service behind proxies as people set them up, and what the browser saw. The site is https://shop.example, its visitor 203.0.113.7. */
import type { TrustProxy } from '../../../src/server/http/proxies/trusted-proxies.ts'

export interface ProxyRow {
  /** Which proxy, set up how. */
  name: string
  trust: TrustProxy | undefined
  /** The other end of our socket. */
  peer: string
  /** What our own end of the connection speaks. Default http. */
  scheme?: 'https'
  host: string
  headers: Record<string, string>
  /** What the browser saw. */
  origin?: string
  client?: string
}

const LOCAL = { trust: ['loopback'], peer: '127.0.0.1' } as const
const INNER = { trust: ['private'], peer: '10.0.0.9' } as const
const SHOP = 'shop.example'

export const PROXY_ROWS: readonly ProxyRow[] = [
  // nginx
  {
    ...LOCAL,
    name: 'nginx with Host, X-Forwarded-For and X-Forwarded-Proto',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
  },
  {
    ...LOCAL,
    name: 'nginx with $host:$server_port',
    host: `${SHOP}:443`,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
  },
  {
    ...LOCAL,
    name: 'nginx with $host:$server_port and no scheme',
    host: `${SHOP}:443`,
    headers: { 'x-forwarded-for': '203.0.113.7' },
  },
  {
    ...LOCAL,
    name: 'nginx on port 80 behind another end of TLS, with $host:$server_port',
    host: `${SHOP}:80`,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
  },
  {
    ...LOCAL,
    name: 'nginx with proxy_add_x_forwarded_for and a forged start',
    host: SHOP,
    headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7', 'x-forwarded-proto': 'https' },
  },
  {
    ...LOCAL,
    name: 'nginx that rewrites Host but forwards it',
    host: '127.0.0.1:8787',
    headers: { 'x-forwarded-host': SHOP, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' },
  },
  {
    ...LOCAL,
    name: 'nginx with a port in X-Forwarded-Host',
    host: 'coze_chat',
    headers: { 'x-forwarded-host': `${SHOP}:443`, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' },
  },
  {
    ...LOCAL,
    name: 'nginx on another port, told by X-Forwarded-Port',
    host: SHOP,
    headers: { 'x-forwarded-port': '8443', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' },
    origin: 'https://shop.example:8443',
  },
  {
    ...LOCAL,
    name: 'nginx on plain http in an inner network',
    host: 'intra.example:8080',
    headers: { 'x-forwarded-for': '192.168.3.4', 'x-forwarded-proto': 'http' },
    origin: 'http://intra.example:8080',
    client: '192.168.3.4',
  },
  {
    trust: ['loopback'],
    peer: '::1',
    name: 'nginx to localhost over IPv6, an IPv6 visitor',
    host: SHOP,
    headers: { 'x-forwarded-for': '2001:db8::7', 'x-forwarded-proto': 'https' },
    client: '2001:db8::7',
  },
  {
    trust: ['loopback'],
    peer: '::ffff:127.0.0.1',
    name: 'nginx to a socket of both families',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
  },
  {
    ...LOCAL,
    name: 'two nginx on one machine',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7, 127.0.0.1', 'x-forwarded-proto': 'https' },
  },
  // Caddy
  {
    ...LOCAL,
    name: 'Caddy reverse_proxy',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': SHOP },
  },
  {
    ...LOCAL,
    name: 'Caddy with header_up Host {upstream_hostport}',
    host: '127.0.0.1:8787',
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': SHOP },
  },
  {
    ...LOCAL,
    name: 'Caddy with an international name',
    host: 'xn--fsqu00a.xn--0zwm56d',
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
    origin: 'https://xn--fsqu00a.xn--0zwm56d',
  },
  // Apache
  {
    ...LOCAL,
    name: 'Apache ProxyPass with RequestHeader set X-Forwarded-Proto',
    host: '127.0.0.1:8787',
    headers: {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-host': SHOP,
      'x-forwarded-server': 'www.shop.example',
      'x-forwarded-proto': 'https',
    },
  },
  {
    ...LOCAL,
    name: 'Apache behind Apache, which add to X-Forwarded-Host',
    host: '127.0.0.1:8787',
    headers: {
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-host': 'shop.example, inner.local',
      'x-forwarded-proto': 'https',
    },
  },
  {
    ...LOCAL,
    name: 'Apache with a forged start of X-Forwarded-Host',
    host: '127.0.0.1:8787',
    headers: {
      'x-forwarded-for': '198.51.100.1, 203.0.113.7',
      'x-forwarded-host': 'evil.example, shop.example',
      'x-forwarded-proto': 'https',
    },
  },
  {
    ...LOCAL,
    name: 'Apache with X-Forwarded-SSL',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-ssl': 'on' },
  },
  // HAProxy
  {
    ...INNER,
    name: 'HAProxy option forwardfor with X-Forwarded-Proto',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
  },
  {
    ...INNER,
    name: 'HAProxy option forwarded',
    host: '10.0.0.5:8787',
    headers: { forwarded: 'proto=https;host="shop.example";for=203.0.113.7' },
  },
  {
    ...INNER,
    name: 'HAProxy option forwarded, IPv6 with a port',
    host: SHOP,
    headers: { forwarded: 'proto=https;for="[2001:db8::7]:51234"' },
    client: '2001:db8::7',
  },
  // RFC 7239
  {
    ...INNER,
    name: 'Forwarded over two proxies, in capitals and with spaces',
    host: 'inner',
    headers: { forwarded: 'For=203.0.113.7; Proto=HTTPS; Host=shop.example , for=10.0.0.4;by=10.0.0.9' },
  },
  {
    ...INNER,
    name: 'Forwarded with a forged first element',
    host: 'inner',
    headers: {
      forwarded: 'for=198.51.100.1;proto=http;host=evil.example, for=203.0.113.7;proto=https;host=shop.example',
    },
  },
  {
    ...INNER,
    name: 'Forwarded with a comma and an escape inside quotes',
    host: SHOP,
    headers: { forwarded: 'for=203.0.113.7;secret="a,b;c\\"d";proto=https' },
  },
  {
    ...INNER,
    name: 'Forwarded with an obfuscated client',
    host: SHOP,
    headers: { forwarded: 'for=_hidden;proto=https' },
    client: '10.0.0.9',
  },
  {
    ...INNER,
    name: 'Forwarded with for=unknown',
    host: SHOP,
    headers: { forwarded: 'for=unknown;proto=https' },
    client: '10.0.0.9',
  },
  {
    ...INNER,
    name: 'Forwarded that is malformed, beside headers that are not',
    host: SHOP,
    headers: { forwarded: 'for="203.0.113.9', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
  },
  // Traefik
  {
    ...INNER,
    name: 'Traefik',
    host: SHOP,
    headers: {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-host': SHOP,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-forwarded-server': 'traefik-7c',
      'x-real-ip': '203.0.113.7',
    },
  },
  {
    ...INNER,
    name: 'Traefik without passHostHeader, for a web socket',
    host: '10.0.0.5:8787',
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': SHOP, 'x-forwarded-proto': 'wss' },
  },
  // IIS
  {
    ...INNER,
    name: 'IIS with ARR, which adds the port of the client',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7:51234', 'x-arr-ssl': '2048|256|CN=R3|CN=shop.example' },
  },
  {
    ...INNER,
    name: 'IIS with ARR over IPv6',
    host: SHOP,
    headers: { 'x-forwarded-for': '[2001:db8::7]:51234', 'x-arr-ssl': '2048|256|CN=R3|CN=shop.example' },
    client: '2001:db8::7',
  },
  {
    ...INNER,
    name: 'IIS with Front-End-Https',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7:51234', 'front-end-https': 'On' },
  },
  // Names of their own for the scheme
  {
    ...INNER,
    name: 'a proxy that says X-Forwarded-Protocol: ssl',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-protocol': 'ssl' },
  },
  {
    ...INNER,
    name: 'a proxy that says X-Scheme',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-scheme': 'https' },
  },
  {
    ...INNER,
    trust: 2,
    name: 'Alibaba Cloud CDN before a proxy that speaks http',
    host: SHOP,
    headers: {
      'x-forwarded-for': '203.0.113.7, 47.246.1.2',
      'x-client-scheme': 'https',
      'x-forwarded-proto': 'http',
      'ali-cdn-real-ip': '203.0.113.7',
    },
  },
  // Azure
  {
    ...INNER,
    name: 'Azure Application Gateway that overrides the host',
    host: 'chat.azurewebsites.net',
    headers: {
      'x-forwarded-for': '203.0.113.7:51234',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-original-host': SHOP,
    },
  },
  {
    ...INNER,
    name: 'Azure Front Door',
    host: 'chat.azurewebsites.net',
    headers: {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-host': SHOP,
      'x-forwarded-proto': 'https',
      'x-azure-clientip': '203.0.113.7',
      'x-azure-fdid': '37182068',
    },
  },
  {
    ...INNER,
    trust: 2,
    name: 'Azure Front Door before an Application Gateway, counted',
    host: 'chat.azurewebsites.net',
    headers: {
      'x-forwarded-for': '203.0.113.7, 147.243.0.1:1024',
      'x-forwarded-host': SHOP,
      'x-forwarded-proto': 'https',
    },
  },
  // AWS
  {
    ...INNER,
    name: 'AWS ALB',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  },
  {
    ...INNER,
    name: 'AWS ALB that keeps the port of the client',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7:51234', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  },
  {
    ...INNER,
    trust: 2,
    name: 'AWS CloudFront before an ALB that speaks http',
    host: SHOP,
    headers: {
      'x-forwarded-for': '203.0.113.7, 130.176.1.2',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      'cloudfront-forwarded-proto': 'https',
    },
  },
  {
    ...INNER,
    trust: 1,
    name: 'AWS API Gateway (HTTP)',
    host: '10.0.0.5',
    headers: { forwarded: 'by=3.7.1.2;for=203.0.113.7;host=shop.example;proto=https' },
  },
  {
    ...INNER,
    trust: 1,
    name: 'AWS API Gateway (REST)',
    host: SHOP,
    headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  },
  // Cloudflare
  {
    trust: ['172.64.0.0/13'],
    peer: '172.68.1.1',
    scheme: 'https',
    name: 'Cloudflare',
    host: SHOP,
    headers: {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'cf-visitor': '{"scheme":"https"}',
      'cf-connecting-ip': '203.0.113.7',
    },
  },
  {
    trust: ['loopback', '172.64.0.0/13'],
    peer: '127.0.0.1',
    name: 'Cloudflare with flexible TLS before an nginx that speaks http',
    host: SHOP,
    headers: {
      'x-forwarded-for': '203.0.113.7, 172.68.1.1',
      'x-forwarded-proto': 'http',
      'cf-visitor': '{"scheme":"https"}',
    },
  },
  // Platforms
  {
    trust: 1,
    peer: '172.16.3.2',
    name: 'Fly',
    host: SHOP,
    headers: {
      'x-forwarded-for': '203.0.113.7',
      'fly-client-ip': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'fly-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'fly-forwarded-port': '443',
      'x-forwarded-ssl': 'on',
      via: '2 fly.io',
    },
  },
  {
    trust: 1,
    peer: '127.0.0.1',
    name: 'Vercel',
    host: 'chat-5tk.vercel.app',
    headers: {
      'x-forwarded-host': SHOP,
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.7',
      'x-real-ip': '203.0.113.7',
    },
  },
  {
    trust: 1,
    peer: '10.1.2.3',
    name: 'Heroku with a forged start',
    host: SHOP,
    headers: { 'x-forwarded-for': '1.1.1.1, 203.0.113.7', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  },
  // Development
  {
    ...LOCAL,
    name: 'Vite with server.proxy',
    host: 'localhost:5173',
    headers: {},
    origin: 'http://localhost:5173',
    client: '127.0.0.1',
  },
  {
    ...LOCAL,
    name: 'Vite with changeOrigin and xfwd',
    host: 'localhost:8787',
    headers: {
      'x-forwarded-for': '::1',
      'x-forwarded-port': '5173',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'localhost:5173',
    },
    origin: 'http://localhost:5173',
    client: '::1',
  },
  {
    ...LOCAL,
    name: 'webpack-dev-server behind an end of TLS, which joins with a comma',
    host: 'localhost:8787',
    headers: {
      'x-forwarded-for': '203.0.113.7,127.0.0.1',
      'x-forwarded-port': '443,8080',
      'x-forwarded-proto': 'https,http',
      'x-forwarded-host': SHOP,
    },
  },
  // Nobody is trusted
  {
    trust: undefined,
    peer: '203.0.113.7',
    scheme: 'https',
    name: 'no proxy: forged headers count for nothing',
    host: SHOP,
    headers: {
      'x-forwarded-for': '198.51.100.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'for=198.51.100.2;host=evil.example',
      'cf-visitor': '{"scheme":"http"}',
      'x-original-host': 'evil.example',
    },
  },
  {
    trust: ['loopback'],
    peer: '203.0.113.7',
    scheme: 'https',
    name: 'past the proxy: a peer that is not in the list may forge nothing',
    host: SHOP,
    headers: { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
  },
]
