/** Which documents are pages of the website, where they go, and what they are called there. */
import { posix } from 'node:path'

const guide = (name, en, zh) => ({ from: `docs/guides/${name}.md`, to: `guides/${name}.md`, title: { en, zh } })

export const GUIDES = [
  {
    title: { en: 'Start', zh: '开始' },
    pages: [{ from: 'README.md', to: 'index.md', title: { en: 'Overview', zh: '概览' } }],
  },
  {
    title: { en: 'On the page', zh: '网页上' },
    pages: [
      guide('html-and-wordpress', 'Plain HTML and WordPress', '普通 HTML 与 WordPress'),
      guide('frameworks', 'React, Next.js, Vue, Svelte, Angular', 'React、Next.js、Vue、Svelte、Angular'),
      guide('owners', "What a site's owner can set", '网站主可以设置什么'),
      guide('appearance', 'How it looks', '外观'),
      guide('before-the-chat', 'Before the chat', '聊天之前'),
      guide('headless', 'Without our user interface', '不用我们的界面'),
    ],
  },
  {
    title: { en: 'On the server', zh: '服务器上' },
    pages: [
      guide('node-frameworks', 'Express, Koa, Fastify, Hono', 'Express、Koa、Fastify、Hono'),
      guide('identity-tokens', 'Identity tokens', '身份令牌'),
      guide('token-endpoint', 'A token endpoint of your own', '自己实现令牌接口'),
      { from: 'docs/proxies.md', to: 'proxies.md', title: { en: 'Behind a proxy', zh: '放在代理后面' } },
      guide('cross-origin', 'Other origins', '网页和服务不同源'),
      guide('operations', 'Running the service', '运行服务'),
    ],
  },
  {
    title: { en: 'For everybody', zh: '所有人' },
    pages: [
      guide('troubleshooting', 'Troubleshooting', '排查问题'),
      guide('privacy', 'Privacy', '隐私'),
      { from: 'docs/accessibility.md', to: 'accessibility.md', title: { en: 'Accessibility', zh: '无障碍' } },
      guide('reference', 'Reference', '参考'),
    ],
  },
]

/** There in English only, and in no list. */
const ENGLISH_ONLY = ['architecture', 'coze', 'features', 'performance', 'threats'].map((name) => ({
  from: `docs/${name}.md`,
  to: `${name}.md`,
}))
const OF_MAINTAINERS = ['CONTRIBUTING', 'SECURITY', 'CHANGELOG'].map((name) => ({
  from: `${name}.md`,
  to: `${name.toLowerCase()}.md`,
}))

/** All pages in both languages: paths in the repository, and paths on the site. */
export const PAGES = [
  ...GUIDES.flatMap(({ pages }) => pages).flatMap(({ from, to }) => [
    { from, to },
    { from: from.replace(/\.md$/, '.zh-CN.md'), to: `zh/${to}` },
  ]),
  ...ENGLISH_ONLY,
  ...OF_MAINTAINERS,
]

/**
 * A document as a page: links to other documents lead to their pages, links to files to the repository, or become words where it has no address.
 * @param page paths of the document in the repository and on the site
 * @param sources address of the repository, where it has one
 */
export function toPage(text, page, sources) {
  const targets = new Map(PAGES.map(({ from, to }) => [from, to]))
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, index) => (index % 2 === 1 ? part : withLinks(part)))
    .join('')

  function withLinks(part) {
    return part.replace(
      /`[^`\n]*`|(!?)\[((?:`[^`\n]*`|[^\]`])*)\]\(([^)\s]+)([^)]*)\)/g,
      (whole, image, words, target, rest) => {
        if (target === undefined || /^[a-z]+:|^#/.test(target)) return whole
        const [path = '', hash = ''] = target.split('#')
        const file = posix.normalize(posix.join(posix.dirname(page.from), path))
        const to = targets.get(file)
        if (to !== undefined) {
          const relative = posix.relative(posix.dirname(page.to), to)
          return `${image}[${words}](${relative.startsWith('.') ? relative : `./${relative}`}${hash && `#${hash}`}${rest})`
        }
        return sources === undefined ? words : `[${words}](${sources}/blob/main/${file})`
      },
    )
  }
}
