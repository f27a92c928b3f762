// The stack of what lies over the page: one menu at most, and dialogs.
import type { Component } from 'svelte'
import type { IconName } from './icons.gen'

export interface Item {
  label: string
  icon?: IconName
  run?: () => void
  href?: string
  danger?: boolean
  checked?: boolean
  /** sub: a second line, smaller */
  sub?: string
  /** lead stands where others have an icon */
  lead?: { component: Component<never>; props: Record<string, unknown> }
  /** news: what waits behind it, in words, and its number if it has one */
  news?: string
  count?: number
}

export type Row = Item | 'line' | { note: string }

export interface Menu {
  opener: HTMLElement
  label: string
  rows: Row[]
}

export interface Question {
  title: string
  text: string
  yes: string
  /** no: what the other answer is called, if not Cancel */
  no?: string
  danger?: boolean
  /** advise: which answer the larger button has, yes if nothing is said */
  advise?: 'no'
}

export interface Dialog {
  id: number
  // Each dialog has its own props: the stack only carries them.
  component: Component<Record<string, unknown>>
  props: Record<string, unknown>
  done: (result: unknown) => void
}

let last = 0

class Layers {
  menu = $state.raw<Menu | null>(null)
  dialogs = $state.raw<Dialog[]>([])
  question = $state.raw<(Question & { answer: (yes: boolean) => void }) | null>(null)

  /** any: something lies over the page, so its keys are asleep. */
  get any(): boolean {
    return this.menu !== null || this.dialogs.length > 0 || this.question !== null || document.querySelector('dialog[open]') !== null
  }

  open(opener: HTMLElement, label: string, rows: Row[]): void {
    this.menu = this.menu?.opener === opener ? null : { opener, label, rows }
  }

  ask(question: Question): Promise<boolean> {
    return new Promise((resolve) => {
      this.question = {
        ...question,
        answer: (yes) => {
          this.question = null
          resolve(yes)
        },
      }
    })
  }

  dialog<P extends Record<string, unknown>>(component: Component<P>, props: Omit<P, 'done'>): Promise<unknown> {
    return new Promise((resolve) => {
      const id = ++last
      const done = (result: unknown) => {
        this.dialogs = this.dialogs.filter((d) => d.id !== id)
        resolve(result)
      }
      this.dialogs = [...this.dialogs, { id, component: component as unknown as Dialog['component'], props, done }]
    })
  }
}

export const layers = new Layers()
