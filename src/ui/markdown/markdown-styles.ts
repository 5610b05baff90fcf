/**
 * How an answer looks. Colours come from the panel's custom properties; every rule is under `.md`, and sides are logical,
 * so that right-to-left text needs no rules of its own.
 */
export const markdownStyles = `
.md{overflow-wrap:anywhere;line-height:1.65;color:var(--text);text-align:start;line-break:strict;text-autospace:normal}
.md :where(p,ul,ol,blockquote,.md-code,div.md-scroll,div.md-math){margin-block:.7em}
.md :is(p,h1,h2,h3,h4,h5,h6,th,td){unicode-bidi:plaintext}
.md :is(p,th,td){white-space:pre-line}
.md :is(h1,h2,h3,h4,h5,h6){margin-block:1.2em .5em;line-height:1.35;font-weight:650;text-wrap:balance}
.md h1{font-size:1.35em}
.md h2{font-size:1.2em}
.md h3{font-size:1.08em}
.md :is(h4,h5,h6){font-size:1em}
.md :is(strong,th){font-weight:650}
.md del{color:var(--muted)}
.md :is(ul,ol){padding-inline-start:1.6em}
.md ul{list-style:disc}
.md ul ul{list-style:circle}
.md li{margin-block:.25em}
.md li::marker{color:var(--muted);font-variant-numeric:tabular-nums}
.md li>:is(p,ul,ol){margin-block:.25em}
.md .md-task>div>:first-child{margin-block-start:0}
.md .md-task>div>:last-child{margin-block-end:0}
.md [data-loose]>li{margin-block:.7em}
.md-task{list-style:none;display:flex;gap:.5em;margin-inline-start:-1.6em}
.md-task>input{flex:none;inline-size:1em;block-size:1em;margin:.325em 0 0;accent-color:var(--link)}
.md-task>div{flex:1;min-inline-size:0}
.md a{color:var(--link);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em}
.md a:hover{text-decoration-thickness:2px}
.md blockquote{margin-inline:0;padding-inline-start:.9em;border-inline-start:3px solid var(--border);color:var(--muted)}
.md hr{margin-block:1.2em;border:0;border-block-start:1px solid var(--border)}
.md :is(code,.md-math){font:.9em/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.md :not(pre)>code{padding:.12em .35em;border-radius:.35em;background:var(--raised)}
.md .md-scroll{overflow-x:auto;overscroll-behavior-x:contain}
.md-code{overflow:hidden;border:1px solid var(--border);border-radius:var(--corner);background:var(--raised)}
.md-code-bar{display:flex;justify-content:space-between;align-items:center;min-block-size:32px;padding-inline:12px 6px;font-size:.8em;color:var(--muted);border-block-end:1px solid var(--border)}
.md pre:is(.md-scroll){background:linear-gradient(90deg,var(--raised) 30%,transparent) 0 0/36px 100% no-repeat local,linear-gradient(270deg,var(--raised) 30%,transparent) 100% 0/36px 100% no-repeat local,linear-gradient(90deg,var(--md-edge),transparent) 0 0/14px 100% no-repeat scroll,linear-gradient(270deg,var(--md-edge),transparent) 100% 0/14px 100% no-repeat scroll}
.md .md-math.md-drawn{font:inherit;white-space:normal}
.md div.md-math.md-drawn{padding-block:.2em;overflow-y:hidden}
.card .md{display:flex;flex-direction:column;gap:.5em}
.card .md-body{padding:14px;border:1px solid var(--border);border-radius:var(--round)}
.card .md-body>*{margin-block:.35em}
.card .md-body>p:has(>a:only-child){margin-block:.6em}
.card .md-body>p>a:only-child{display:block;padding:8px 14px;border:1px solid var(--link);border-radius:var(--round);font-weight:550;text-align:center;text-decoration:none}
.card .md-body>p>a:only-child:hover{background:var(--raised)}
.md pre{margin:0;padding:10px 12px;tab-size:2}
.md pre code{display:block;inline-size:max-content;min-inline-size:100%;white-space:pre}
.md div.md-math{overflow-x:auto;white-space:pre;unicode-bidi:isolate;direction:ltr}
.md div.md-scroll{border:1px solid var(--border);border-radius:var(--corner);background:linear-gradient(90deg,var(--surface) 30%,transparent) 0 0/36px 100% no-repeat local,linear-gradient(270deg,var(--surface) 30%,transparent) 100% 0/36px 100% no-repeat local,linear-gradient(90deg,var(--md-edge),transparent) 0 0/14px 100% no-repeat scroll,linear-gradient(270deg,var(--md-edge),transparent) 100% 0/14px 100% no-repeat scroll;}
.md{--md-edge:#0002}
:host([data-scheme=dark]) .md{--md-edge:#000c}
.md table{border-collapse:collapse;min-inline-size:100%;font-size:.94em;font-variant-numeric:tabular-nums;overflow-wrap:normal}
.md :is(th,td){padding:.45em .8em;text-align:start;vertical-align:top;max-inline-size:24em;min-inline-size:6em}
.md th{white-space:nowrap;background:var(--raised)}
.md td{border-block-start:1px solid var(--border)}
.md .md-center{text-align:center}
.md .md-right{text-align:end}
.md img{display:block;max-inline-size:100%;max-block-size:24em;border-radius:var(--corner);margin-block:.5em}
.md button{min-block-size:24px;padding:.2em .6em;border:0;border-radius:var(--inner);background:none;color:inherit;font:inherit;cursor:pointer}
.md button:hover{color:var(--text);background:var(--surface)}
.md :is(button,a,.md-scroll,.md-note):focus-visible{outline:2px solid var(--link);outline-offset:-2px}
.md .md-zoom{display:block;padding:0;border-radius:var(--corner);cursor:zoom-in}
.md .md-zoom>img{margin:0}
.md :is(.md-image-wait,.md-image-failed){padding:.5em .9em;border:1px dashed var(--border);color:var(--muted);text-align:start}
.md .md-image-failed::before{content:"";display:inline-block;inline-size:1em;block-size:.75em;margin-inline-end:.5em;border:1.5px solid;border-radius:3px}
.md sup{line-height:0}
.md .md-note-mark{min-inline-size:24px;padding:0 .3em;color:var(--link)}
.md-body:has(+.md-notes)>hr:last-child{display:none}
.md-notes{margin-block-start:1em;padding-block-start:.6em;border-block-start:1px solid var(--border);font-size:.88em;color:var(--muted)}
.md-note{display:flex;gap:.6em;align-items:baseline}
.md-note>div{flex:1;min-inline-size:0}
.md-note>div>*{margin-block:.2em}
.md .md-body>:first-child{margin-block-start:0}
.md .md-body>:last-child{margin-block-end:0}
.md-k-keyword{color:#a626a4}
.md-k-string{color:#2f7a2c}
.md-k-comment{color:var(--muted);font-style:italic}
.md-k-type{color:#9a5b00}
.md-k-name{color:#2456c5}
:host([data-scheme=dark]) .md-k-keyword{color:#c792ea}
:host([data-scheme=dark]) .md-k-string{color:#a5d6a0}
:host([data-scheme=dark]) .md-k-type{color:#f0b76b}
:host([data-scheme=dark]) .md-k-name{color:#82aaff}
@media(forced-colors:active){.md-code,.md :is(.md-image-wait,.md-image-failed){border-color:CanvasText}}
`
