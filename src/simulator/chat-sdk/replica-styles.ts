/** One sheet for the whole page, as in the original: no shadow root, and a custom property on `body` itself. */
export const REPLICA_STYLES = `
body { --coze-replica-brand: #4d53e8; }
.coze-replica-ball, .coze-replica-floating { position: fixed; right: 24px; bottom: 24px; z-index: 1000; }
.coze-replica-ball { width: 56px; height: 56px; border: 0; border-radius: 50%; background: var(--coze-replica-brand); color: #fff; font-size: 24px; cursor: pointer; }
.coze-replica-floating { width: 460px; max-width: calc(100vw - 48px); height: 80vh; box-shadow: 0 8px 32px #0003; border-radius: 12px; overflow: hidden; }
.coze-replica { position: relative; display: flex; flex-direction: column; box-sizing: border-box; width: 100%; height: 100%; min-height: 0; background: #fff; color: #1d1c23; font: 14px/22px system-ui, sans-serif; }
.coze-replica button { font: inherit; cursor: pointer; }
.coze-replica-header { display: flex; gap: 8px; align-items: center; padding: 12px 16px; border-bottom: 1px solid #e5e5ea; }
.coze-replica-header img { width: 28px; height: 28px; border-radius: 8px; }
.coze-replica-title { flex: 1; margin: 0; font-size: 16px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.coze-replica-header button, .coze-replica-tool { border: 0; border-radius: 8px; padding: 4px 8px; background: none; color: #3d3c45; }
.coze-replica-header button:hover, .coze-replica-tool:hover { background: #f0f0f5; }
.coze-replica-log { flex: 1; min-height: 0; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 12px; }
.coze-replica-row { display: flex; gap: 8px; align-items: center; }
.coze-replica-row[data-role=user] { flex-direction: row-reverse; }
.coze-replica-bubble { max-width: 80%; padding: 8px 12px; border-radius: 12px; background: #f0f0f5; white-space: pre-wrap; overflow-wrap: anywhere; }
.coze-replica-row[data-role=user] .coze-replica-bubble { background: var(--coze-replica-brand); color: #fff; }
.coze-replica-row[data-role=note] .coze-replica-bubble { background: none; color: #5d5c66; font-size: 12px; }
.coze-replica-failed { flex: none; width: 20px; height: 20px; line-height: 20px; border-radius: 50%; text-align: center; background: #c62828; color: #fff; font-weight: 700; }
.coze-replica-suggestion { align-self: flex-start; border: 1px solid #c9c9d3; border-radius: 12px; padding: 4px 12px; background: #fff; color: inherit; }
.coze-replica-composer { display: flex; gap: 8px; align-items: flex-end; padding: 12px 16px; border-top: 1px solid #e5e5ea; }
.coze-replica-composer textarea { flex: 1; resize: none; border: 1px solid #8e8d98; border-radius: 8px; padding: 6px 10px; font: inherit; color: inherit; background: #fff; }
.coze-replica-send { border: 0; border-radius: 8px; padding: 7px 14px; background: var(--coze-replica-brand); color: #fff; }
.coze-replica-send:disabled { background: #6b6a75; }
.coze-replica-footer { padding: 0 16px 8px; font-size: 12px; color: #5d5c66; text-align: center; }
.coze-replica-image { display: block; max-width: 100%; cursor: zoom-in; }
.coze-replica > .coze-replica-close { position: absolute; top: 12px; right: 16px; }
.coze-replica-preview { position: fixed; inset: 0; display: grid; place-items: center; background: #000c; }
.coze-replica-preview img { max-width: 90%; max-height: 90%; min-width: 80px; min-height: 80px; }
.coze-replica-toasts { position: fixed; top: 0; left: 0; width: 100%; text-align: center; font: 14px/22px system-ui, sans-serif; }
.coze-replica-toasts > div { display: inline-block; margin: 12px; padding: 8px 16px; border-radius: 8px; background: #fff; color: #1d1c23; box-shadow: 0 4px 16px #0003; }
.coze-replica-tip { position: absolute; right: 48px; bottom: 48px; padding: 4px 8px; border-radius: 6px; background: #1d1c23; color: #fff; font: 12px/18px system-ui, sans-serif; }
.coze-replica-problem { margin: auto; text-align: center; }
`
