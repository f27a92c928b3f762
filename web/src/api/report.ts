import { post } from './client'
import type { Report } from './entity'

export interface Complaint {
  account_id: string
  status_ids: string[]
  category: Report['category']
  rule_ids: string[]
  comment: string
  forward: boolean
}

export const sendReport = (complaint: Complaint) => post<Report>('/api/v1/reports', complaint)
