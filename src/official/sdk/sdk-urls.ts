/** The newest version known for each region. The vendor has no `latest` path and publishes no hash. */
export const SDK_URLS = {
  cn: 'https://lf-cdn.coze.cn/obj/unpkg/flow-platform/chat-app-sdk/1.2.0-beta.20/libs/cn/index.js',
  com: 'https://sf-cdn.coze.com/obj/unpkg-va/flow-platform/chat-app-sdk/1.2.0-beta.6/libs/oversea/index.js',
} as const
