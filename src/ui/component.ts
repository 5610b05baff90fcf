import { Component, type ComponentChildren, type FunctionComponent } from 'preact'

/** What a component can do and be told between its first and its last drawing. */
export interface Life {
  redraw(): void
  /** Called after each drawing. */
  drawn?(): void
  /** Called when the component is taken out. */
  ended?(): void
}

/**
 * A component that keeps values: `setup` runs once, before the first drawing, and answers how to draw. Its variables are the state;
 * it is drawn again by {@link Life.redraw}, and when a prop is another value: messages are immutable, so a growing answer draws
 * nothing but itself.
 */
export function component<Props extends object>(
  setup: (life: Life, props: Props) => (props: Props) => ComponentChildren,
): FunctionComponent<Props> {
  class Kept extends Component<Props> implements Life {
    drawn?: () => void
    ended?: () => void
    readonly redraw = () => this.forceUpdate()
    override readonly render = setup(this, this.props)

    override shouldComponentUpdate(next: Readonly<Props>) {
      const keys = Object.keys(next) as (keyof Props)[]
      return keys.some((key) => this.props[key] !== next[key])
    }

    override componentDidMount() {
      this.drawn?.()
    }

    override componentDidUpdate() {
      this.drawn?.()
    }

    override componentWillUnmount() {
      this.ended?.()
    }
  }
  return Kept as unknown as FunctionComponent<Props>
}
