/**
 * A copy of these fields without a prototype. A spread has that of every object, so what a page, or somebody by way of its
 * query, has put on `Object.prototype` would be read as one of them: an address to send tokens to, for instance (F54, T44).
 */
export function ownFields<Fields extends object>(fields: Fields): Fields {
  return { __proto__: null, ...fields }
}
