/** The Chinese of each row's documentation, for README.zh-CN.md. Nothing that runs in a page reads it. */
import type { OptionName } from './option-table.ts'

export const OPTION_DOCS_ZH: Readonly<Record<OptionName, string>> = {
  botId: '智能体。填它，或者填 `appId` 加 `workflowId`（对话流）。',
  appId: '对话流所在的应用。',
  workflowId: '应用里的对话流。',
  tokenUrl: '你的令牌接口。填它，或者填 `getToken`。',
  getToken: '一个函数，返回令牌接口会返回的内容，或只返回令牌文本。',
  ui: '扣子 Chat SDK，或本包的轻量聊天。',
  session: '匿名访客的 ID 存放的位置：本标签页，或本浏览器。',
  user: '是否要求已登录。',
  userToken: '网站签名的身份令牌（JWT），供跨域的令牌服务使用；在 JavaScript 里也可以是函数。',
  tokenField: '令牌请求里会话 ID 的字段名，例如按官方指南写的后端用 `user_id`。',
  allowInsecure: '允许已登录用户使用普通 http，仅供开发。',
  region:
    '哪个扣子：决定 API 域名、Chat SDK，以及没有写明语言的网页所用的语言。默认以令牌接口的回答为准，没有回答则为 `cn`。',
  apiBase: '扣子 Open API 的域名，或本包网关的路径。默认由 `region` 决定；没有写 `region` 时以令牌接口的回答为准。',
  connectorId: '扣子的渠道。不同渠道的历史互不相通，请保持不变。',
  tools: '智能体可以调用的页面函数。',
  parameters: '传给智能体的值：对话流参数和提示词变量。',
  customVariables: '智能体变量的值。',
  metaData: '扣子随每条消息保存的附加数据。',
  officialFallback: '扣子 Chat SDK 加载失败时，是否由轻量聊天接手。',
  sdkUrl: 'Chat SDK 的地址。默认按 `region` 固定版本。',
  sdkIntegrity: '该文件的子资源完整性，如 `sha384-…`。',
  sdkOptions: '合并到传给 `CozeWebSDK.WebChatClient` 的选项之上，`auth` 除外。',
  title: '聊天窗口顶部的名称。默认取自智能体。',
  subtitle: '名称下面的一行字，如“随时为您解答”。聊天有动静时，那里显示进展。',
  icon: '启动按钮和聊天窗口顶部的图片地址。默认取自智能体。',
  greeting: '开场白，Markdown 格式。默认取自智能体。',
  placeholder: '输入框为空时的提示文字。',
  disclaimer: '输入框下方的一行字，如 `内容由 AI 生成，[了解更多](https://shop.example/ai)`。',
  suggestions:
    '第一次提问之前可选的问题。默认取自智能体。也可以写 `{ label, icon, prompt }`：`icon` 是表情符号或图片地址，`prompt` 是代替 `label` 发出的问题。',
  lang: '语言（BCP 47 标签）；内置 `zh-CN`、`zh-TW`、`en`、`ja`、`ko`、`es`、`de`、`fr`、`pt-BR`、`ru`、`ar`、`vi`，用到时才加载。默认用网页的语言。',
  strings: '按键名替换任何界面文字；键名见 `src/ui/strings`。',
  imageHosts:
    '哪些域名的图片出现在回答里时直接加载，如 `*.shop.example`；写 `shop.example/media` 则只限该路径之下。扣子的文件域名本来就直接加载；其他的都要点击，本站也一样，因为地址由回答决定，而浏览器会带上访客的 Cookie。对本站和 `apiBase` 的域名，不写路径时只放行以图片扩展名结尾且不带查询参数的地址。',
  consent:
    '发送任何内容之前需要访客同意的文字，可带链接，如 `开始聊天即表示同意我们的[隐私政策](https://shop.example/privacy)。` 同意之前不会请求令牌服务，也不会请求扣子。按访客、智能体和这段文字记住。',
  form: "访客提第一个问题之前填写的字段，如 `[{ name: 'email', type: 'email', label: '邮箱', required: true }]`。填写的内容成为 `customVariables`（对话流则是 `parameters`）。",
  hours:
    "服务时间，如 `{ timeZone: 'Asia/Shanghai', week: { mon: '09:00-18:00' } }`。其余时间会有一行字说明何时恢复；设 `mayWrite: false` 则到那时才能聊天。",
  features:
    '关掉访客的某些功能，如 `-upload -voice`；在 JavaScript 里也可以写 `{ upload: false }`。铺满屏幕的聊天离不开关闭按钮，那里仍显示 `header`。扣子 Chat SDK 支持 `upload`、`voice`、`newConversation`，以及 `inline` 时的 `header`。',
  steps:
    '智能体用过的工具和知识库，访客能看到什么：名称；连同输入和输出；或什么都不显示。扣子 Chat SDK 仅在 `full` 时显示。',
  signInUrl:
    '登录页的地址，用于“登录”按钮；只有已登录用户可以聊天时才会出现。其中的 `{url}` 会换成当前网页的地址，如 `/login?next={url}`。',
  onSignIn: '由该按钮调用，代替地址。它返回的 Promise 兑现之后，聊天会重新询问来访者是谁。',
  handoff:
    '转到人工的途径，如 `联系我们 | mailto:help@shop.example`；在 JavaScript 里写 `{ label, icon, url, onClick }`。它出现在聊天顶部、重试也无济于事的失败旁，以及被评为不好的回答旁。扣子 Chat SDK 仅在失败时显示。',
  notify:
    '聊天关着、或网页不在眼前时来了回答，如何告诉访客：不提示、声音、桌面通知或两者。访客可以在聊天顶部的菜单里开关；只有他们打开时才会向浏览器申请权限。',
  theme: '聊天的配色。`auto` 跟随访客的系统。',
  accent: '任何 CSS 颜色。',
  radius: '窗口、消息和输入框的圆角（像素），0 到 32。默认 16；`inline` 的窗口默认 12。',
  density: '消息之间和消息内部的间距：宽松或紧凑。',
  font: '字体，写法同 CSS，如 `Inter, sans-serif`；`var(--site-font)` 沿用网页定义的字体。系统没有的字体由您的网页加载。默认用访客系统的字体。',
  background: '对话后面的淡图：`agent` 表示智能体在扣子里设置的背景图，也可以写图片地址。',
  position: '启动按钮所在的角。',
  offsetX: '距窗口侧边的像素。',
  offsetY: '距窗口底边的像素。',
  zIndex: '启动按钮和窗口的层级。',
  inline: '是否填满所在的容器，而不是浮动。请给容器一个高度，否则聊天只有 320 像素高。',
  target: '挂载到哪个元素，写选择器，或在 JavaScript 里给元素。默认在网页末尾。',
  launcher: '是否显示按钮。没有按钮时用 `chat.toggle()` 打开聊天。',
  open: '是否一开始就打开。焦点留在原处。',
  focusOnOpen:
    '打开聊天时输入框是否获得焦点（`inline` 的聊天不受影响）。`auto`（默认）：触摸屏上不获得，否则屏幕键盘会遮住半个聊天。`always`：触摸屏上也获得，手机点一下就弹出键盘。`never`：焦点进入聊天，但不进输入框。',
  preload: '脚本标签是否提前获取聊天的文件：网页空闲且可见、网络够快、访客没有开启省流量时才会。',
  nonce: '用于严格的 CSP。默认取自脚本标签。',
  teaser:
    '启动按钮旁的气泡文字。访客关掉它或打开过聊天，本标签页不再出现。由页面事件触发：`chat.setOptions({ teaser, teaserDelaySeconds: 0 })`。在 JavaScript 里也可以是带规则的多条，一次显示第一条符合条件的：`[{ text: "尺码有疑问？", showOn: "/shoes/*", delaySeconds: 20, howOften: "day" }]`。',
  teaserDelaySeconds: '气泡出现之前的秒数。',
  launcherText: '启动按钮上的文字，按钮随之变宽。',
  launcherSize: '启动按钮的高度（像素），44 到 96，默认 56。',
  launcherIcon: '只用于启动按钮的图片地址。留空则显示对话气泡，不管 `icon` 是什么。默认用 `icon`。',
  hideOn: '哪里不显示启动按钮：地址，如 `/checkout/* | /login`，以及 `phone`（手机）；在 JavaScript 里也可以是列表。',
  showOn: '哪里显示启动按钮：地址，如 `/help/*`，以及 `phone`（手机）；在 JavaScript 里也可以是列表。默认处处显示。',
  movable: '访客是否可以移动启动按钮：拖动、方向键（Home 复位）或菜单（右键、长按）；浏览器会记住。',
  shortcut: '打开和关闭聊天的快捷键，如 `Alt+Shift+C`（`aria-keyshortcuts` 的写法）；页面的输入框不受影响。',
  titleBadge: '访客在别的标签页时，是否把新回答的数目写到网页标题前。',
  keepOpen:
    '访客在同一标签页里转到本站另一页面时，打开的聊天是否保持打开。此时不会抢走焦点；在手机上聊天会盖住整个页面，因此保持关闭。',
}
