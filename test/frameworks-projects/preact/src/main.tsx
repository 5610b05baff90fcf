import { render } from 'preact'
import { Shop } from './shop'

const root = document.getElementById('root')
if (root !== null) render(<Shop />, root)
