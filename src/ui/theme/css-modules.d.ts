/** Vite gives a style sheet as text, minified in a build. */
declare module '*.css?inline' {
  const text: string
  export default text
}
