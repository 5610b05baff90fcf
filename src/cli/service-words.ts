/**
 * The sentences of the service in Chinese. The service itself writes English alone, for logs and for whoever runs it in their own code;
 * the command line looks its sentences up here, as gettext does, by the English. What stands in braces is copied, or looked up as well.
 */
import { CozeChatError, isCozeChatError } from '../errors.ts'
import { ConfigFaults } from '../server/config/config-faults.ts'
import { speaksChinese } from './say.ts'

type Words = readonly (readonly [en: string, zh: string])[]

/** What a setting must be: the `{form}` of a sentence. */
const FORMS: Words = [
  ['be the id of the OAuth app, digits only', '应为 OAuth 应用的 ID，只含数字'],
  ['be the fingerprint of the public key, as the Coze console shows it', '应为公钥指纹，与扣子控制台显示的一致'],
  [
    'be the content of private_key.pem, or set COZE_PRIVATE_KEY_FILE to its path',
    '应为 private_key.pem 的内容；也可以把它的路径写进 COZE_PRIVATE_KEY_FILE',
  ],
  ['be the path of private_key.pem', '应为 private_key.pem 的路径'],
  ['be cn (api.coze.cn) or com (api.coze.com)', '应为 cn（api.coze.cn）或 com（api.coze.com）'],
  ['be an https:// address such as {example}', '应为 https:// 开头的地址，如 {example}'],
  ['be a number of seconds from {min} to {max}', '应为 {min} 到 {max} 之间的秒数'],
  ['be bot ids separated by commas', '应为智能体 ID，用半角逗号分隔'],
  [
    'hold at least 32 random bytes; make it with: openssl rand -base64 32',
    '应含至少 32 个随机字节，可用 openssl rand -base64 32 生成',
  ],
  [
    'hold at least 32 random bytes in base64 or hex; make one with: openssl rand -base64 32',
    '应含至少 32 个随机字节，写成 base64 或十六进制，可用 openssl rand -base64 32 生成',
  ],
  ['be whole origins separated by commas, such as {example}', '应为完整的来源（origin），用半角逗号分隔，如 {example}'],
  [
    'be the address under which browsers reach this service, such as {example}',
    '应为浏览器访问本服务所用的地址，如 {example}',
  ],
  [
    'be the number of proxies in front, or their networks separated by commas, such as loopback, private or 10.0.0.0/8',
    '应为前面代理的个数，或它们所在的网段，用半角逗号分隔，如 loopback、private 或 10.0.0.0/8',
  ],
  ['be the {claim} of your identity tokens', '应为身份令牌的 {claim}'],
  [
    'be the secret of at least 32 bytes that signs your identity tokens (HS256)',
    '应为签发身份令牌的密钥（HS256），至少 32 字节',
  ],
  ['be the https:// address of your JWKS', '应为 JWKS 的 https:// 地址'],
  ['be the public key (PEM) of your identity tokens', '应为身份令牌的公钥（PEM）'],
  [
    'list one or more of HS256, RS256 and ES256, separated by commas',
    '应为 HS256、RS256、ES256 中的一个或几个，用半角逗号分隔',
  ],
  ['be an address such as {example}', '应为 {example} 这样的地址'],
  ['be a port number from {min} to {max}', '应为 {min} 到 {max} 之间的端口号'],
  ['be an address to listen on, such as {example}', '应为监听地址，如 {example}'],
  ['be a number of connections from {min} to {max}', '应为 {min} 到 {max} 之间的连接数'],
  ['be one of {list}', '应为以下之一：{list}'],
]

/** What is wrong with a private key: the `{key}` of a sentence. */
const KEYS: Words = [
  [
    'is not a readable RSA private key; copy the downloaded private_key.pem again, unchanged',
    '不是可读取的 RSA 私钥：请重新复制下载的 private_key.pem，不要改动',
  ],
  [
    'is an RSA key of {bits} bits; create one of at least 2048 bits',
    '是 {bits} 位的 RSA 密钥：请新建一个至少 2048 位的密钥',
  ],
  [
    'does not produce valid signatures; download a new key from the Coze console',
    '签出的签名无效：请从扣子控制台下载一个新的密钥',
  ],
  ['is empty; paste the content of the downloaded private_key.pem', '是空的：请粘贴下载的 private_key.pem 的内容'],
  [
    'is cut off: its "-----END …-----" line is missing; paste the whole private_key.pem',
    '不完整，缺少 "-----END …-----" 一行：请粘贴整个 private_key.pem',
  ],
  [
    'is damaged between its BEGIN and END lines; copy the downloaded private_key.pem again, unchanged',
    '在 BEGIN 和 END 两行之间有损坏：请重新复制下载的 private_key.pem，不要改动',
  ],
  [
    'is a public key or certificate; Coze keeps that one, this service needs private_key.pem',
    '是公钥或证书：公钥由扣子保存，本服务需要的是 private_key.pem',
  ],
  ['is an EC key; Coze accepts RSA keys (RS256) only', '是 EC 密钥：扣子只接受 RSA 密钥（RS256）'],
  [
    'is an OPENSSH PRIVATE KEY; use the private_key.pem of the Coze console, or convert a copy with: ssh-keygen -p -N "" -m PEM -f key',
    '是 OpenSSH 格式的私钥：请使用扣子控制台的 private_key.pem，或转换一份副本，命令为 ssh-keygen -p -N "" -m PEM -f key',
  ],
  [
    'is of the kind "{label}"; use the unprotected RSA private_key.pem from the Coze console',
    '的类型是 "{label}"：请使用扣子控制台的 private_key.pem（RSA 私钥，没有密码）',
  ],
  [
    'has no "-----BEGIN PRIVATE KEY-----" line and is not base64; paste the whole private_key.pem',
    '没有 "-----BEGIN PRIVATE KEY-----" 一行，也不是 base64：请粘贴整个 private_key.pem',
  ],
  [
    'is locked by a password (ENCRYPTED); unlock a copy with: openssl pkey -in private_key.pem -out unlocked.pem, and use that',
    '有密码保护（ENCRYPTED）：请用 openssl pkey -in private_key.pem -out unlocked.pem 解开一份副本，改用这份副本',
  ],
]

/** Why a text is no origin: the `{origin}` of a sentence. */
const ORIGINS: Words = [
  ['pages without an origin have no place of their own and cannot be let in', '没有来源的网页无从分辨，不能放行'],
  ['it is a pattern; list each origin whole', '不支持通配符，请逐个写出完整的来源'],
  ['it must begin with https:// or http://, such as {example}', '必须以 https:// 或 http:// 开头，如 {example}'],
  ['it must begin with https:// or http://', '必须以 https:// 或 http:// 开头'],
  ['it is not an address', '不是地址'],
  ['it holds a name or password; write {example}', '含有用户名或密码，请写成 {example}'],
  ['an origin ends after host and port; write {example}', '来源到主机和端口为止，请写成 {example}'],
]

/** Whole sentences. The first that fits is taken. `doctor` shows what stands before the first `：` as found, and the rest as the cure. */
const SENTENCES: Words = [
  [
    'COZE_BOT_IDS is missing: with --gateway it must name the agents that visitors may talk to.',
    '缺少 COZE_BOT_IDS：使用 --gateway 时，必须写明访客可以与哪些智能体对话。',
  ],
  [
    'COZE_PRIVATE_KEY must hold one PEM block for each id in COZE_KEY_ID, in the same order; there are {ids} ids and {blocks} blocks.',
    'COZE_KEY_ID 中有 {ids} 个 ID，COZE_PRIVATE_KEY 中有 {blocks} 个 PEM 块：两者应一一对应，顺序相同。',
  ],
  [
    'COZE_PRIVATE_KEY_FILE must be the path of a private_key.pem that this process may read, and not the key itself.',
    'COZE_PRIVATE_KEY_FILE 的值有误：应为本进程可以读取的 private_key.pem 的路径，而不是密钥本身。',
  ],
  [
    'COZE_PRIVATE_KEY_FILE must be the path of a private_key.pem that this process may read; it is {value}.',
    'COZE_PRIVATE_KEY_FILE 现在是 {value}：应为本进程可以读取的 private_key.pem 的路径。',
  ],
  [
    'CHAT_IDENTITY_PUBLIC_KEY must be a PEM that begins with "-----BEGIN PUBLIC KEY-----" and fits CHAT_IDENTITY_ALGORITHMS (default RS256); it is no PEM. Make it from the private key with: openssl pkey -in key.pem -pubout',
    'CHAT_IDENTITY_PUBLIC_KEY 不是 PEM：应以 "-----BEGIN PUBLIC KEY-----" 开头，并与 CHAT_IDENTITY_ALGORITHMS（默认 RS256）相符。可从私钥生成，命令为 openssl pkey -in key.pem -pubout',
  ],
  [
    'CHAT_IDENTITY_PUBLIC_KEY must be a PEM that begins with "-----BEGIN PUBLIC KEY-----" and fits CHAT_IDENTITY_ALGORITHMS (default RS256); it is {label}. Make it from the private key with: openssl pkey -in key.pem -pubout',
    'CHAT_IDENTITY_PUBLIC_KEY 现在是 "{label}"：应为以 "-----BEGIN PUBLIC KEY-----" 开头的 PEM，并与 CHAT_IDENTITY_ALGORITHMS（默认 RS256）相符。可从私钥生成，命令为 openssl pkey -in key.pem -pubout',
  ],
  ['Set exactly one of {a}, {b} and {c}.', '身份令牌的密钥来源有误：{a}、{b} 和 {c} 必须设置其中一个，且只设置一个。'],
  [
    'identityToken needs HS256 alone with secret, and RS256 or ES256 with keys or jwksUrl.',
    'CHAT_IDENTITY_ALGORITHMS 与密钥不符：CHAT_IDENTITY_SECRET 只能用 HS256，CHAT_IDENTITY_JWKS_URL 和 CHAT_IDENTITY_PUBLIC_KEY 用 RS256 或 ES256。',
  ],
  [
    'algorithms of identityToken must list one or more of HS256, RS256 and ES256.',
    'CHAT_IDENTITY_ALGORITHMS 的值有误：应为 HS256、RS256、ES256 中的一个或几个，用半角逗号分隔。',
  ],
  [
    'The file given by --config is not JSON; download coze_oauth_config.json from the Coze console again.',
    '--config 指定的文件不是 JSON：请从扣子控制台重新下载 coze_oauth_config.json。',
  ],
  [
    'The file given by --config is not a coze_oauth_config.json of client_type "jwt"; create an OAuth app of the type "service app".',
    '--config 指定的 coze_oauth_config.json 的 client_type 不是 "jwt"：请新建一个类型为「服务类应用」的 OAuth 应用。',
  ],
  [
    'The quotes around the value of {name} were taken off; write it without them (docker --env-file keeps quotes).',
    '{name} 的值两边的引号已去掉，请不要写引号（docker --env-file 会保留引号）。',
  ],
  [
    'trustProxy must list addresses or networks such as "10.0.0.0/8", or "loopback" or "private"; it has "{value}".',
    '受信任的代理（--trust-proxy）中的 "{value}" 有误：应为地址或网段，如 "10.0.0.0/8"，也可以写 "loopback" 或 "private"。',
  ],
  [
    'There is no embed.js in {path}: build the package first, or name the folder of its browser files.',
    '{path} 中没有 embed.js：请先构建本包，或指定浏览器文件所在的目录。',
  ],
  [
    'Files of the widget cannot be kept in {path}: it must be a folder that this process may write.',
    '小部件的文件无法保存到 {path}：它必须是本进程可以写入的目录。',
  ],
  [
    'appId, keyId, privateKey and region (COZE_APP_ID, COZE_KEY_ID, COZE_PRIVATE_KEY, COZE_REGION) must be of one OAuth app; compare them with the Coze console, or create a new key there.',
    'appId、keyId、privateKey 和 region（COZE_APP_ID、COZE_KEY_ID、COZE_PRIVATE_KEY、COZE_REGION）必须来自同一个 OAuth 应用；请与扣子控制台核对，或在那里新建一个密钥。',
  ],
  [
    'In the Coze console enable the OAuth app, let an administrator authorise it, and see that it is of the type "service app".',
    '请在扣子控制台启用该 OAuth 应用，由管理员授权，并确认它的类型是「服务类应用」。',
  ],
  [
    'Coze does not take this request: set tokenTtlSeconds (COZE_TOKEN_TTL) to 900, and see that the OAuth app is of the type "service app".',
    '扣子不接受这个请求：请把 tokenTtlSeconds（COZE_TOKEN_TTL）设为 900，并确认 OAuth 应用的类型是「服务类应用」。',
  ],
  ['{name} is missing: it must {form}.', '缺少 {name}：{form}。'],
  ['{name} must {form}; it has an entry that is none.', '{name} 中有一项不是来源：{form}。'],
  ['{name} must {form}; it has {value}: {origin}.', '{name} 中的 {value} 有误：{origin}。'],
  ['{name} must {form}; it is {value}.', '{name} 现在是 {value}：{form}。'],
  ['{name} must {form}.', '{name} 的值有误：{form}。'],
  ['{name} must {form}', '{name} 的值有误：{form}。'],
  ['{name} {key}.', '{name} {key}。'],
]

/** The places that are looked up themselves; others are copied. */
const PARTS: Readonly<Record<string, Words>> = { form: FORMS, key: KEYS, origin: ORIGINS }

/** Of the places that are copied. */
const MAY_HAVE_SPACES: readonly string[] = ['value', 'list', 'path', 'label']

/** A sentence of the service in Chinese, or as it is where nobody has written it in Chinese. */
export function inChinese(sentence: string): string {
  return lookUp(SENTENCES, sentence) ?? sentence
}

function lookUp(words: Words, text: string): string | undefined {
  for (const [en, zh] of words) {
    const places = patternOf(en).exec(text)
    if (places === null) continue
    let isWhole = true
    const said = zh.replace(/\{(\w+)\}/g, (_, place: string) => {
      const copied = places.groups?.[place] ?? ''
      const part = PARTS[place]
      const found = part === undefined ? copied : lookUp(part, copied)
      if (found === undefined) isWhole = false
      return place === 'list' ? copied.replaceAll(', ', '、') : (found ?? '')
    })
    if (isWhole) return said
  }
  return undefined
}

function patternOf(en: string): RegExp {
  const escaped = en.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  const withPlaces = escaped.replace(
    /\{(\w+)\}/g,
    (_, place: string) => `(?<${place}>${place in PARTS || MAY_HAVE_SPACES.includes(place) ? '.' : '\\S'}+?)`,
  )
  return new RegExp(`^${withPlaces}$`, 's')
}

/** The same error with its sentence in the language of the terminal; what is no sentence of the service is left as it is. */
export function inOwnersWords(error: unknown): unknown {
  if (!speaksChinese(process.env) || !isCozeChatError(error)) return error
  if (!(error instanceof ConfigFaults)) return new CozeChatError(error.code, inChinese(error.message), { cause: error })
  const faults = error.faults.map(({ name, message }) => ({ name, message: inChinese(message) }))
  return new ConfigFaults(faults, `有 ${faults.length} 项设置有误：`)
}
