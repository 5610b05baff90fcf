/** Launcher and frame; what is inside the frame brings its own sheet. `!important` inside beats the page's own, so that no rule of the host reaches us. Every value a site may want to change is a custom property. */
export const elementStyles = `
:host{--_accent:var(--coze-chat-accent,#4d53e8);--_on-accent:var(--coze-chat-on-accent,#fff)}
:host([data-mode=floating]){all:initial!important}
:host([data-mode=inline]){all:initial;display:block;height:100%;min-height:320px}
:host([hidden]){display:none!important}
.launcher,.frame{color-scheme:light;font-family:var(--coze-chat-font,system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",sans-serif)}
:host([data-scheme=dark]) :is(.launcher,.frame){color-scheme:dark}
.launcher,.frame{position:fixed;z-index:var(--_z);inset-block-end:calc(var(--_y) + env(safe-area-inset-bottom))}
:host([data-side=right]) :is(.launcher,.frame){right:calc(var(--_x) + env(safe-area-inset-right))}
:host([data-side=left]) :is(.launcher,.frame){left:calc(var(--_x) + env(safe-area-inset-left))}
.launcher{all:unset;position:fixed;box-sizing:border-box;width:56px;height:56px;border-radius:var(--coze-chat-launcher-radius,50%);background:var(--_accent);color:var(--_on-accent);cursor:pointer;display:grid;place-items:center;box-shadow:0 1px 2px rgb(0 0 0/.12),0 8px 24px -4px rgb(0 0 0/.24);transition:transform .16s cubic-bezier(.2,.8,.3,1),box-shadow .16s;-webkit-tap-highlight-color:transparent;touch-action:manipulation;user-select:none}
.launcher:hover{transform:translateY(-2px);box-shadow:0 2px 4px rgb(0 0 0/.12),0 14px 32px -6px rgb(0 0 0/.3)}
.launcher:active{transform:scale(.94)}
.launcher:focus-visible{outline:3px solid var(--_accent);outline-offset:3px}
.launcher svg,.launcher img{grid-area:1/1;width:28px;height:28px;transition:opacity .16s,transform .2s}
.launcher img{width:100%;height:100%;border-radius:inherit;object-fit:cover}
.launcher .x{opacity:0;transform:rotate(-45deg) scale(.6)}
.launcher[aria-expanded=true] .x{opacity:1;transform:none}
.launcher[aria-expanded=true] :is(.i,img){opacity:0;transform:rotate(45deg) scale(.6)}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:20px;height:20px;box-sizing:border-box;padding:0 6px;border-radius:10px;background:#e5484d;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}
:host([data-scheme=dark]) .badge{box-shadow:0 0 0 2px #111}
.frame{box-sizing:border-box;display:flex;flex-direction:column;inset-block-end:calc(var(--_y) + 72px + env(safe-area-inset-bottom));width:var(--coze-chat-width,400px);height:min(var(--coze-chat-height,680px),100dvh - var(--_y) - 96px);max-width:calc(100vw - 2*var(--_x));border-radius:var(--coze-chat-radius,16px);background:var(--coze-chat-surface,#fff);color:var(--coze-chat-text,#1f2329);overflow:hidden;box-shadow:0 0 0 1px rgb(0 0 0/.06),0 4px 12px rgb(0 0 0/.08),0 24px 64px -12px rgb(0 0 0/.28);transform-origin:bottom right;transition:opacity .16s,transform .2s cubic-bezier(.2,.8,.3,1),visibility 0s;overscroll-behavior:contain}
:host([data-side=left]) .frame{transform-origin:bottom left}
:host([data-scheme=dark]) .frame{background:var(--coze-chat-surface,#17181c);color:var(--coze-chat-text,#ececf1);box-shadow:0 0 0 1px rgb(255 255 255/.1),0 24px 64px -12px #000}
:host([data-launcher=off]) .frame{inset-block-end:calc(var(--_y) + env(safe-area-inset-bottom))}
:host([data-wide]) .frame{width:min(760px,100vw - 2*var(--_x));height:calc(100dvh - var(--_y) - 96px)}
.frame[inert]{opacity:0;visibility:hidden;transform:translateY(12px) scale(.97);transition:opacity .12s,transform .12s,visibility 0s .12s}
.wait{margin:auto;display:grid;gap:12px;justify-items:center;text-align:center;padding:24px;font:14px/1.5 system-ui,sans-serif;opacity:.75}
.wait i{width:22px;height:22px;border-radius:50%;border:2px solid currentColor;border-block-start-color:transparent;animation:spin .8s linear infinite}
.wait button{all:unset;cursor:pointer;padding:8px 16px;border-radius:8px;background:var(--_accent);color:var(--_on-accent)}
.wait button:focus-visible{outline:2px solid var(--_accent);outline-offset:2px}
@keyframes spin{to{transform:rotate(1turn)}}
:host([data-mode=inline]) .frame{position:relative;inset:auto;width:100%;height:100%;max-width:none;border-radius:var(--coze-chat-radius,12px);box-shadow:0 0 0 1px rgb(127 127 127/.24)}
@media (max-width:480px),(max-height:420px){:host([data-mode=floating]) .frame{inset:0!important;width:auto;max-width:none;height:var(--_vh,100dvh);border-radius:0}:host([data-mode=floating][data-open]) .launcher{visibility:hidden}}
@media (prefers-reduced-motion:reduce){.launcher,.launcher *,.frame,.frame[inert]{transition-duration:.01ms}.wait i{animation-duration:3s}}
@media (forced-colors:active){.launcher,.frame{border:1px solid CanvasText}}
@media print{:host{display:none!important}}
`
