/** `fetch` by XMLHttpRequest, the only thing in a browser that reports the progress of an upload. */

/** @param onProgress part of the body that has left, 0 to 1. */
export function createUploadFetch(onProgress: (fraction: number) => void): typeof fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open(init.method ?? 'POST', String(input))
      new Headers(init.headers).forEach((value, name) => {
        request.setRequestHeader(name, value)
      })
      request.withCredentials = init.credentials === 'include'
      request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
        if (lengthComputable) onProgress(loaded / total)
      }
      request.onload = () => {
        const headers = new Headers()
        for (const name of ['content-type', 'retry-after', 'x-tt-logid']) {
          const value = request.getResponseHeader(name)
          if (value !== null) headers.set(name, value)
        }
        resolve(new Response(request.responseText, { status: request.status, headers }))
      }
      request.onerror = () => reject(new TypeError('upload failed'))
      request.onabort = request.onerror
      init.signal?.addEventListener('abort', () => request.abort(), { once: true })
      request.send(init.body as FormData)
    })
}
