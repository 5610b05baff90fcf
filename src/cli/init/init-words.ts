/** What `init` says, in the language of the terminal. */
import { speaksChinese } from '../say.ts'

export interface InitWords {
  readonly region: string
  readonly appId: string
  readonly keyId: string
  readonly keyFile: string
  readonly botId: string
  readonly deployment: string
  readonly wanted: (name: string) => string
  readonly exists: (path: string) => string
  readonly unreadable: (path: string) => string
  readonly written: (paths: readonly string[]) => string
  readonly keepSecret: string
  /** @param simulator the command of the simulated Coze, which runs beside the others */
  readonly start: (commands: readonly string[], simulator: string | undefined) => string
  /** @param url where the service has a page to try the chat on */
  readonly open: (url: string) => string
  readonly tag: string
  readonly origins: string
  readonly component: (file: string, layout: string) => string
}

const lines = (commands: readonly string[]) => commands.map((command) => `  ${command}`).join('\n')

const en: InitWords = {
  region: 'Where is the Coze account: cn (coze.cn) or com (coze.com)?',
  appId: 'Id of the OAuth app (type "service app"):',
  keyId: 'Fingerprint of its public key:',
  keyFile: 'Path of the downloaded private_key.pem:',
  botId: 'Id of the agent:',
  deployment: 'How will it run: node, compose, systemd, worker or next?',
  wanted: (name) => `${name} is missing. Give it as an option, or run init in a terminal to be asked.`,
  exists: (path) => `${path} is there already. Move it away, or run init in another folder: init overwrites nothing.`,
  unreadable: (path) => `${path} cannot be read: it must be the path of the private_key.pem from the Coze console.`,
  written: (paths) => `Written: ${paths.join(', ')}`,
  keepSecret:
    'Keep .env out of version control, and CHAT_SECRET for ever: with another one no visitor finds their history.',
  start: (commands, simulator) =>
    simulator === undefined
      ? `Next:\n${lines(commands)}`
      : `Next, in one terminal, where it goes on running:\n${lines([simulator])}\nand in another one:\n${lines(commands)}`,
  open: (url) => `Then open ${url} and try the chat.`,
  tag: 'Then paste this line into the pages of your site:',
  origins: 'A site on another origin must be named in CHAT_ORIGINS.',
  component: (file, layout) => `Then put <Chat /> of ${file} into ${layout}.`,
}

const zh: InitWords = {
  region: '扣子账号在哪里：cn（coze.cn）还是 com（coze.com）？',
  appId: 'OAuth 应用（类型为"服务类应用"）的 ID：',
  keyId: '公钥指纹：',
  keyFile: '下载的 private_key.pem 的路径：',
  botId: '智能体 ID：',
  deployment: '如何运行：node、compose、systemd、worker 还是 next？',
  wanted: (name) => `缺少 ${name}。请用选项给出，或在终端中运行 init 逐项填写。`,
  exists: (path) => `${path} 已存在。请先移走，或换一个文件夹运行 init：init 不会覆盖任何文件。`,
  unreadable: (path) => `无法读取 ${path}：它应当是从扣子控制台下载的 private_key.pem 的路径。`,
  written: (paths) => `已写入：${paths.join('、')}`,
  keepSecret: '请勿把 .env 提交到版本库；CHAT_SECRET 请长期保存，一旦更换，访客就找不到以前的对话。',
  start: (commands, simulator) =>
    simulator === undefined
      ? `下一步：\n${lines(commands)}`
      : `下一步，在一个终端中运行，并让它一直运行：\n${lines([simulator])}\n在另一个终端中运行：\n${lines(commands)}`,
  open: (url) => `然后打开 ${url} 试用聊天。`,
  tag: '然后把下面这一行粘贴到网站的页面中：',
  origins: '如果网站的来源（origin）与本服务不同，请把它写进 CHAT_ORIGINS。',
  component: (file, layout) => `然后在 ${layout} 中使用 ${file} 里的 <Chat />。`,
}

export function initWords(env: Readonly<Record<string, string | undefined>>): InitWords {
  return speaksChinese(env) ? zh : en
}
