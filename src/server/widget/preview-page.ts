import { type ServiceResponse, textResponse } from '../http/service-response.ts'

const WORDS = {
  en: {
    title: 'Your chat is running',
    lead: 'Try it with the button in the corner. To put it on a site, paste this line into its pages:',
    origins: 'A site on another origin must be named in CHAT_ORIGINS.',
  },
  'zh-CN': {
    title: '聊天服务已启动',
    lead: '点右下角的按钮即可试用。把下面这一行粘贴到网页中，就能在您的网站上使用：',
    origins: '如果网站的来源（origin）与本服务不同，请把它写进 CHAT_ORIGINS。',
  },
} as const

const STYLES = `
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
  body { max-width: 44rem; margin: 12vh auto; padding: 0 1.5rem; }
  h1 { font-size: 1.6rem; line-height: 1.3; }
  pre { padding: 1rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 8px; }
  p + p { opacity: .75; font-size: .9rem; }
`

/** A page with the chat on it, and the tag to paste. Not meant to be shown within other pages. */
export function previewPage(acceptLanguage = ''): ServiceResponse {
  const lang = /^\s*zh/i.test(acceptLanguage) ? 'zh-CN' : 'en'
  const { title, lead, origins } = WORDS[lang]
  // The page alone knows under which address it was reached.
  const html = `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${STYLES}</style>
<h1>${title}</h1>
<p>${lead}</p>
<pre><code id="tag"></code></pre>
<p>${origins}</p>
<script>
  document.getElementById('tag').textContent =
    '<script async src="' + new URL('embed.js', location.href).href + '"></' + 'script>'
</script>
<script async src="embed.js"></script>
</html>
`
  return textResponse(200, html, 'text/html; charset=utf-8', ['x-frame-options', 'DENY'])
}
