/** Counts on the page what its policy has refused. */
const violations = document.querySelector('#violations')
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  violations.textContent = String(Number(violations.textContent) + 1)
  console.warn(`refused: ${violatedDirective} ${blockedURI}`)
})
