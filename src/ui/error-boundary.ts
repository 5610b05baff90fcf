import { Component, type ComponentChildren } from 'preact'

interface ErrorBoundaryProps {
  /** Default: nothing. */
  readonly instead?: () => ComponentChildren
  readonly children?: ComponentChildren
}

/** What cannot be drawn costs itself alone: something simpler takes its place, and everything around it goes on. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false }

  static override getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true }
  }

  override render({ instead, children }: ErrorBoundaryProps): ComponentChildren {
    return this.state.failed ? instead?.() : children
  }
}
