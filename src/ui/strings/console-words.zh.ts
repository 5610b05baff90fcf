/** `console-words.ts` in Chinese, for owners whose browser is. */
import type { ErrorCode } from '../../errors.ts'

export const CURES_ZH: Partial<Record<ErrorCode, string>> = {
  invalid_options:
    '请修改标签上的这个选项：botId（data-bot-id）是智能体 ID，只含半角数字；tokenUrl（data-token-url）是令牌接口的地址；属性的引号要用半角的 "，不能是“”。',
  insecure_token: '请在扣子控制台吊销这个令牌，改用令牌服务（tokenUrl，即 data-token-url）。',
  insecure_context:
    '已登录用户需要 https：普通 http 下，途中任何人都能读到令牌。请改用 https；开发期间可设 allowInsecure。',
  blocked_by_csp:
    '网页的 Content-Security-Policy 拦截了它：请在所说的指令里放行，或给脚本标签加上 nonce；各指令需要什么，见 docs/guides/cross-origin.zh-CN.md。',
  misconfigured: '请检查 tokenUrl；如果这是令牌服务的回答，它的日志写明了是哪一项设置。',
  identity_in_body: '网页不能自称访客是谁：请由令牌服务的 identify(request) 判断，不要改 tokenField。',
  signed_out:
    '登录后请调用 identify()；不同源时请传入 userToken，因为 cookie 到不了那里。如果已经传入，说明令牌服务拒绝了它，日志写明了是哪一项。',
  anonymous_disabled: '令牌服务只接待登录用户：请设置 user="required"，或在服务端允许匿名访客。',
  origin_not_allowed: '请把本页的源（origin）加入令牌服务的 CHAT_ORIGINS（origins）。',
  identity_unavailable: '令牌服务的 identify(request) 失败或用时过长，请查看它的日志。',
  upstream_unavailable: '令牌服务没能从扣子换到令牌，请查看它的日志，或在服务器上运行 doctor。',
  rate_limited: '令牌服务限制了访客请求的频率，见它的选项 limits。',
  network:
    '请在浏览器的网络面板里找到失败的请求：地址有误（tokenUrl、apiBase），或在 https 网页上用了 http 地址；那里没有服务；网页的 Content-Security-Policy 的 connect-src 没有包含它；或者它在另一个源，没有用 CORS 放行本页的源（令牌服务：CHAT_ORIGINS，即 origins）。',
  timeout: '对方用时过长。',
  bad_response: '令牌接口应返回 200 和 {"access_token":"…","expires_in":900}，或 401。',
  token_expired: '令牌到达时已经过期：expires_in 应为剩余秒数，应答不能被缓存。',
  token_rejected:
    '扣子连新令牌也拒绝：请去掉网页上的 region 和 apiBase（令牌服务会告知扣子在哪里；自己的令牌接口用 api_base 告知），并确认 OAuth 应用有权使用这个智能体。',
  unauthorized: '请去掉网页上的 region 和 apiBase：令牌服务会告知扣子在哪里；自己的令牌接口用 api_base 告知。',
  permission_denied: '请给 OAuth 应用授予对话和会话权限，以及智能体所在空间的访问权。',
  agent_not_found: '没有这个智能体：请检查 botId（或 appId 和 workflowId）以及 region。',
  not_published: '请在扣子里把智能体发布到 API 或 Chat SDK 渠道。',
  quota_exceeded: '账号额度已用完，请查看扣子的套餐。',
  account_problem: '请在扣子里查看账号的状态和余额。',
  internal: '这是 coze-chat-widget 的缺陷，请连同原因告知我们。',
}

export const PAGE_FUNCTION_ZH = '它给出令牌后，聊天就会继续。'

export const VENDOR_LIMIT_ZH = '扣子限制了账号或模型被请求的频率。'
