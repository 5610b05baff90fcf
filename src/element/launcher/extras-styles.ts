/** Bubble, menu and a launcher that moves; beside the element's own sheet, whose custom properties it uses. */
export const extrasStyles = `
.pop{position:fixed;z-index:var(--_z);bottom:calc(var(--_y) + 70px + env(safe-area-inset-bottom));box-sizing:border-box;max-width:min(296px,100vw - 2*var(--_x));border-radius:16px;color-scheme:light;background:var(--coze-chat-surface,#fff);color:var(--coze-chat-text,#1f2329);font:14px/1.5 system-ui;box-shadow:0 0 0 1px rgb(127 127 127/.16),0 12px 36px -8px rgb(0 0 0/.26);animation:pop .28s cubic-bezier(.2,.9,.3,1.15)}
:host([data-scheme=dark]) .pop{color-scheme:dark;background:var(--coze-chat-surface,#26272d);color:var(--coze-chat-text,#ececf1)}
:host([data-side=right]) .pop{right:calc(var(--_x) + env(safe-area-inset-right));border-bottom-right-radius:5px;transform-origin:bottom right}
:host([data-side=left]) .pop{left:calc(var(--_x) + env(safe-area-inset-left));border-bottom-left-radius:5px;transform-origin:bottom left}
:host([data-launcher=off]) .pop{bottom:calc(var(--_y) + env(safe-area-inset-bottom))}
:host([data-below]) .pop{bottom:auto;top:calc(100dvh - var(--_y) + 14px)}
:host([data-below][data-side=right]) .pop{border-radius:16px 5px 16px 16px;transform-origin:top right}
:host([data-below][data-side=left]) .pop{border-radius:5px 16px 16px;transform-origin:top left}
.pop button{border:0;background:none;color:inherit;font:inherit;text-align:start;cursor:pointer}
.pop button:focus-visible{outline-offset:-3px;border-radius:12px}
.teaser{display:flex;align-items:start}
.teaser button:first-child{padding-block:13px;padding-inline:16px 2px;overflow-wrap:anywhere;white-space:pre-line}
.teaser .cross{position:relative;flex:none;width:36px;height:36px;margin:5px;margin-inline-start:0;padding:0;border-radius:12px;opacity:.55;transition:opacity .16s,background .16s}
.teaser .cross:is(:hover,:focus-visible){opacity:1;background:rgb(127 127 127/.14)}
.cross::before,.cross::after{content:"";position:absolute;inset:17px 12px auto;border-top:1.6px solid;border-radius:1px;transform:rotate(45deg)}
.cross::after{transform:rotate(-45deg)}
.menu{display:grid;padding:6px}
.menu button{padding:8px 14px;border-radius:10px}
.menu button:is(:hover,:focus-visible){background:rgb(127 127 127/.14)}
:host([data-movable]) .launcher{touch-action:none;user-select:none;-webkit-touch-callout:none}
.launcher.dragged{cursor:grabbing;transition:none;box-shadow:0 18px 40px -8px rgb(0 0 0/.44)}
:host([data-beside]) .frame{bottom:max(16px,min(var(--_y),100dvh - min(var(--coze-chat-height,680px),100dvh - 32px) - 16px));height:min(var(--coze-chat-height,680px),100dvh - 32px)}
:host([data-beside][data-side=right]) .frame{right:calc(var(--_x) + 72px)}
:host([data-beside][data-side=left]) .frame{left:calc(var(--_x) + 72px)}
:host([data-beside]) .frame{max-width:calc(100vw - 2*var(--_x) - 72px)}
@keyframes pop{from{opacity:0;transform:translateY(8px) scale(.96)}}
@media (max-width:480px),(max-height:420px){:host([data-beside][data-mode=floating]) .frame{inset:0;max-width:none;height:100dvh}}
@media (prefers-reduced-motion:reduce){.pop{animation:none}}
@media (forced-colors:active){.pop{border:1px solid}}
`
