/**
 * Launcher and frame; what is inside the frame brings its own sheet. `!important` in a shadow root beats the page's own,
 * so that no rule of the host reaches us. Every byte here is paid by every page view.
 */
export const elementStyles = `
:host{--_accent:var(--coze-chat-accent,#4d53e8);--_on:var(--coze-chat-on-accent,#fff)}
@supports (color:lab(from red l 0 0)){:host{--_on:var(--coze-chat-on-accent,lab(from var(--_accent) clamp(0,(49 - l)*99,100) 0 0))}}
:host([data-mode=floating]){all:initial!important}
:host([data-mode=inline]){all:initial;display:block;height:100%;min-height:320px}
:host([hidden]){display:none!important}
.launcher,.frame{position:fixed;z-index:var(--_z);color-scheme:light;bottom:calc(var(--_y) + env(safe-area-inset-bottom));box-sizing:border-box}
:host([data-scheme=dark]) :is(.launcher,.frame){color-scheme:dark}
:host([data-side=right]) :is(.launcher,.frame){right:calc(var(--_x) + env(safe-area-inset-right));transform-origin:bottom right}
:host([data-side=left]) :is(.launcher,.frame){left:calc(var(--_x) + env(safe-area-inset-left));transform-origin:bottom left}
.launcher{width:56px;height:56px;padding:0;border:0;border-radius:var(--coze-chat-launcher-radius,50%);background:var(--_accent);color:var(--_on);cursor:pointer;display:grid;place-items:center;box-shadow:0 8px 24px -4px rgb(0 0 0/.3);transition:transform .16s,box-shadow .16s;touch-action:manipulation}
.launcher[hidden]{display:none}
.launcher:hover{transform:translateY(-2px);box-shadow:0 14px 32px -6px rgb(0 0 0/.36)}
.launcher:active{transform:scale(.94)}
:focus-visible{outline:3px solid var(--_accent);outline-offset:3px}
.launcher::before,.launcher::after{content:"";grid-area:1/1;width:28px;height:28px;background:currentColor;transition:opacity .16s,transform .2s;clip-path:path(evenodd,"M5.79 19.23 4.92 23.27A1.1 1.1 0 0 0 6.44 24.51L11.2 22.46A10.6 9.7 0 1 0 5.79 19.23ZM8.19 18.52 7.52 21.65 11.05 20.12A8.4 7.5 0 1 0 8.19 18.52Z")}
.launcher::after{clip-path:path("M13.2 17.8 7.7 12.3a1.1 1.1 0 0 1 1.6-1.6l4.7 4.7 4.7-4.7a1.1 1.1 0 0 1 1.6 1.6l-5.5 5.5a1.1 1.1 0 0 1-1.6 0Z")}
.launcher img{grid-area:1/1;width:100%;height:100%;border-radius:inherit;background:inherit;object-fit:cover;transition:opacity .16s,transform .2s}
.launcher::after,.launcher[aria-expanded=true]::before,.launcher[aria-expanded=true] img{opacity:0;transform:rotate(45deg) scale(.6)}
.launcher[aria-expanded=true]::after{opacity:1;transform:none}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:20px;box-sizing:border-box;padding:0 6px;border-radius:10px;background:#d9363e;color:#fff;font:600 12px/20px system-ui}
.frame{display:flex;flex-direction:column;bottom:calc(var(--_y) + 72px + env(safe-area-inset-bottom));width:var(--coze-chat-width,400px);height:min(var(--coze-chat-height,680px),100dvh - var(--_y) - 96px);max-width:calc(100vw - 2*var(--_x));border-radius:var(--coze-chat-radius,16px);background:var(--coze-chat-surface,#fff);color:var(--coze-chat-text,#1f2329);font:14px/1.5 system-ui;overflow:hidden;box-shadow:0 0 0 1px rgb(127 127 127/.2),0 24px 64px -12px rgb(0 0 0/.3);transition:opacity .16s,transform .2s,visibility 0s;overscroll-behavior:contain}
:host([data-scheme=dark]) .frame{background:var(--coze-chat-surface,#17181c);color:var(--coze-chat-text,#ececf1)}
:host([data-launcher=off]) .frame{bottom:calc(var(--_y) + env(safe-area-inset-bottom))}
.frame[inert]{opacity:0;visibility:hidden;transform:translateY(12px) scale(.97);transition-delay:0s,0s,.2s}
.wait{margin:auto;padding:8px 16px;font:inherit}
i.wait{padding:10px;border-radius:50%;border:2px solid;border-top-color:transparent;animation:spin .8s linear infinite}
@keyframes spin{to{transform:rotate(1turn)}}
:host([data-mode=inline]) .frame{position:relative;z-index:0;inset:auto;width:100%;height:100%;max-width:none;border-radius:var(--coze-chat-radius,12px);box-shadow:0 0 0 1px rgb(127 127 127/.24)}
@media (max-width:480px),(max-height:420px){:host([data-mode=floating]) .frame{inset:0;width:auto;max-width:none;height:100dvh;border-radius:0}:host([data-open]) .launcher{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*{transition-duration:0s!important}}
@media (forced-colors:active){.launcher{border:2px solid}.launcher::before,.launcher::after{background:ButtonText}}
@media print{:host{display:none!important}}
`
