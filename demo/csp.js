/** Counts what the policy refused, on the page itself. */
const violations = document.querySelector('#violations')
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  violations.textContent = String(Number(violations.textContent) + 1)
  console.warn(`refused: ${violatedDirective} ${blockedURI}`)
})
