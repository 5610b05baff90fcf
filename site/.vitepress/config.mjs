import { defineConfig } from 'vitepress'
import { GUIDES } from '../pages.mjs'

/** The base path where the site lies, such as `/coze-chat-widget/` on GitHub Pages. */
const base = process.env.DOCS_BASE ?? '/'

const sidebar = (language, prefix) =>
  GUIDES.map(({ title, pages }) => ({
    text: title[language],
    items: pages.map(({ to, title: text }) => ({ text: text[language], link: `${prefix}/${to.replace(/\.md$/, '')}` })),
  }))

export default defineConfig({
  base,
  title: 'coze-chat-widget',
  srcDir: './.pages',
  outDir: './dist',
  cacheDir: './.cache',
  cleanUrls: false,
  lastUpdated: false,
  markdown: { languageAlias: { caddyfile: 'nginx', haproxy: 'ini' } },
  ignoreDeadLinks: 'localhostLinks',
  themeConfig: { search: { provider: 'local' }, outline: [2, 3] },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'One script tag puts a Coze agent on any website, and every visitor gets a private conversation.',
      themeConfig: {
        nav: [
          { text: 'Guides', link: '/guides/html-and-wordpress' },
          { text: 'Playground', link: '/playground' },
        ],
        sidebar: sidebar('en', ''),
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '一行脚本，把扣子智能体放进任何网站，每位访客都有自己的私密对话。',
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh/guides/html-and-wordpress' },
          { text: '在线调试', link: '/zh/playground' },
        ],
        sidebar: sidebar('zh', '/zh'),
        outline: { level: [2, 3], label: '本页目录' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '深色模式',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
      },
    },
  },
})
