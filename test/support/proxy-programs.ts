/** Proxies as they are installed on servers, set up with the snippets of `docs/proxies.md`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../server/support/redis-server.ts'

export interface ProxyProgram {
  name: string
  /** Language of its snippet in the document. */
  language: string
  command: string
  /** Arguments that begin it in the foreground. */
  args: (directory: string) => string[]
  file: string
  /** The whole of its configuration around a snippet. */
  configure: (snippet: string, at: { port: number; directory: string }) => string
}

const APACHE_MODULES = '/usr/lib/apache2/modules'

export const PROXY_PROGRAMS: readonly ProxyProgram[] = [
  {
    name: 'nginx',
    language: 'nginx',
    command: 'nginx',
    args: (directory) => ['-e', `${directory}/error.log`, '-p', directory, '-c', join(directory, 'nginx.conf')],
    file: 'nginx.conf',
    configure: (snippet, { port, directory }) => `
daemon off; master_process off; pid ${directory}/pid; error_log ${directory}/error.log;
events {}
http {
  access_log off; client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
  server {
    listen 127.0.0.1:${port} ssl; ssl_certificate ${directory}/cert.pem; ssl_certificate_key ${directory}/key.pem;
    ${snippet}
  }
}`,
  },
  {
    name: 'Caddy',
    language: 'caddyfile',
    command: 'caddy',
    args: (directory) => ['run', '--adapter', 'caddyfile', '--config', join(directory, 'Caddyfile')],
    file: 'Caddyfile',
    configure: (snippet, { port, directory }) => `
{
  admin off
  auto_https off
  default_sni shop.example
}
https://shop.example:${port} {
  tls ${directory}/cert.pem ${directory}/key.pem
  ${snippet}
}`,
  },
  {
    name: 'Apache',
    language: 'apache',
    command: 'apache2',
    args: (directory) => ['-X', '-f', join(directory, 'apache.conf')],
    file: 'apache.conf',
    configure: (snippet, { port, directory }) => `
ServerRoot ${directory}
ServerName shop.example
PidFile ${directory}/pid
ErrorLog ${directory}/error.log
DefaultRuntimeDir ${directory}
Mutex file:${directory}
${['mpm_event', 'authz_core', 'headers', 'proxy', 'proxy_http', 'ssl', 'socache_shmcb'].map((name) => `LoadModule ${name}_module ${APACHE_MODULES}/mod_${name}.so`).join('\n')}
Listen 127.0.0.1:${port}
<VirtualHost *:${port}>
  SSLEngine on
  SSLCertificateFile ${directory}/cert.pem
  SSLCertificateKeyFile ${directory}/key.pem
  ${snippet}
</VirtualHost>`,
  },
  {
    name: 'HAProxy',
    language: 'haproxy',
    command: 'haproxy',
    args: (directory) => ['-db', '-f', join(directory, 'haproxy.cfg')],
    file: 'haproxy.cfg',
    configure: (snippet, { port, directory }) => `
defaults
  mode http
  timeout connect 5s
  timeout client 330s
  timeout server 30s
frontend site
  bind 127.0.0.1:${port} ssl crt ${directory}/both.pem
  default_backend coze_chat
${snippet}
`,
  },
]

export function isInstalled(command: string): boolean {
  return ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/usr/local/sbin'].some((folder) =>
    existsSync(join(folder, command)),
  )
}

/** Runs a proxy over TLS on a free port of this machine, in front of what its snippet says. */
export async function startProxy(program: ProxyProgram, snippet: string) {
  const directory = mkdtempSync(join(tmpdir(), 'coze-chat-proxy-'))
  const port = await freePort()
  const at = (name: string) => join(directory, name)
  spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=shop.example'],
    ...['-addext', 'subjectAltName=DNS:shop.example', '-keyout', at('key.pem'), '-out', at('cert.pem')],
  ])
  writeFileSync(at('both.pem'), readFileSync(at('cert.pem'), 'utf8') + readFileSync(at('key.pem'), 'utf8'))
  writeFileSync(at(program.file), program.configure(snippet, { port, directory }))
  const environment = { ...process.env, HOME: directory, PATH: `${process.env['PATH']}:/usr/sbin` }
  const child = spawn(program.command, program.args(directory), { env: environment, cwd: directory })
  let said = ''
  child.stderr.on('data', (text) => {
    said += String(text)
  })
  await untilListening(port, child, () => said)
  return {
    port,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/**
 * Waits for a proxy to listen. On Linux it asks from an address of its own: a proxy that counts an address's connections
 * may still count this one when the test's first comes.
 */
async function untilListening(port: number, child: ChildProcess, said: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The proxy did not start: ${said()}`)
    const socket = connect({
      port,
      host: '127.0.0.1',
      ...(process.platform === 'linux' && { localAddress: '127.0.0.2' }),
    })
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(
        () => false,
        () => false,
      ),
    ]).catch(() => false)
    socket.destroy()
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
