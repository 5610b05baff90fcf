/** Styles of bubble, menu and a launcher that moves. They use the custom properties of the element's own sheet. */
export const extrasStyles = `
.pop{position:fixed;z-index:var(--_z);bottom:calc(var(--_y) + var(--_lh,56px) + 14px + env(safe-area-inset-bottom));box-sizing:border-box;max-width:min(296px,100vw - 2*var(--_x));border-radius:16px;color-scheme:light;background:var(--coze-chat-surface,#fff);color:var(--coze-chat-text,#1f2329);font:14px/1.5 system-ui;box-shadow:0 0 0 1px rgb(127 127 127/.16),0 12px 36px -8px rgb(0 0 0/.26);animation:pop .28s cubic-bezier(.2,.9,.3,1.15)}
:host([data-scheme=dark]) .pop{color-scheme:dark;background:var(--coze-chat-surface,#26272d);color:var(--coze-chat-text,#ececf1)}
:host([data-side=right]) .pop{right:calc(var(--_x) + env(safe-area-inset-right));border-bottom-right-radius:5px;transform-origin:bottom right}
:host([data-side=left]) .pop{left:calc(var(--_x) + env(safe-area-inset-left));border-bottom-left-radius:5px;transform-origin:bottom left}
:host([data-launcher=off]) .pop{bottom:calc(var(--_y) + env(safe-area-inset-bottom))}
:host([data-below]) .pop{bottom:auto;top:calc(100% - var(--_y) + 14px)}
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
:host([data-away]) :is(.launcher,.pop){display:none}
:host([data-away]) .frame{bottom:calc(var(--_y) + env(safe-area-inset-bottom))}
:host([data-shaped]) .launcher{width:var(--_lh);height:var(--_lh)}
:host([data-shaped]) .launcher::before{scale:var(--_ls)}
:host(:where([data-shaped])) .frame{bottom:calc(var(--_y) + var(--_lh) + 16px + env(safe-area-inset-bottom));height:min(var(--coze-chat-height,680px),100% - var(--_y) - var(--_lh) - 40px)}
.own-picture img:not(.own){display:none}
.launcher .label{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;pointer-events:none}
.launcher[aria-expanded=true] .label{display:none}
:host([data-shaped]) .pill[aria-expanded=false]{display:flex;align-items:center;gap:calc(10px*var(--_ls));width:auto;max-width:min(320px,100vw - 2*var(--_x));padding-inline:calc(var(--_lh)*.28) calc(var(--_lh)*.4);border-radius:var(--coze-chat-launcher-radius,calc(var(--_lh)/2));font:600 calc(15px*max(1,var(--_ls)))/1.3 system-ui}
:host([data-shaped]) .pill[aria-expanded=false][hidden]{display:none}
.pill[aria-expanded=false]::before{flex:none}
.pill[aria-expanded=false] img{position:absolute;top:18%;inset-inline-start:calc(var(--_lh)*.21);width:calc(var(--_lh)*.64);height:calc(var(--_lh)*.64);border-radius:50%}
:host([data-movable]) .launcher{touch-action:none;user-select:none;-webkit-touch-callout:none}
.launcher.dragged{cursor:grabbing;transition:none;box-shadow:0 18px 40px -8px rgb(0 0 0/.44)}
:host([data-beside]) .frame{bottom:max(16px,min(var(--_y),100% - min(var(--coze-chat-height,680px),100% - 32px) - 16px));height:min(var(--coze-chat-height,680px),100% - 32px)}
:host([data-beside][data-side=right]) .frame{right:calc(var(--_x) + var(--_lh,56px) + 16px)}
:host([data-beside][data-side=left]) .frame{left:calc(var(--_x) + var(--_lh,56px) + 16px)}
:host([data-beside]) .frame{max-width:calc(100vw - 2*var(--_x) - var(--_lh,56px) - 16px)}
@keyframes pop{from{opacity:0;transform:translateY(8px) scale(.96)}}
@media (max-width:480px),(max-height:420px),(max-device-width:480px){:host([data-beside][data-mode=floating]) .frame{inset:0;max-width:none;height:100%}}
@media (prefers-reduced-motion:reduce){.pop{animation:none!important}}
@media (forced-colors:active){.pop{border:1px solid}}
`
