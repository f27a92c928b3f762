// The settings of notifications as dialogs; the settings screen shows the same pieces.
import type { Component } from 'svelte'
import { t } from '../text'
import { layers } from '../ui/layers.svelte'
import Device from './device.svelte'
import Rules from './rules.svelte'
import Sheet from './sheet.svelte'

const show = (title: string, body: Component) => void layers.dialog(Sheet, { title, body })

export const policyDialog = (): void => show(t('policy.title'), Rules)
export const pushDialog = (): void => show(t('push.title'), Device)
