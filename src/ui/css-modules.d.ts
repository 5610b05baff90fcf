/** Vite hands a style sheet over as text, minified in a build. */
declare module '*.css?inline' {
  const text: string
  export default text
}
