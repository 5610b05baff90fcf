/**
 * How long the largest file may take on its way by a slow connection. Every place that limits a request's time goes by
 * this one: the gateway's call to Coze, and the server that receives the file.
 */
export const UPLOAD_LIMIT_MS = 5 * 60_000
