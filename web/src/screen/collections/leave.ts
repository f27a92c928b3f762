import type { Account } from '../../api/entity'

/** barred: nobody may put this account into a collection, or its server does not know the question. Who is asked first is not barred. */
export function barred({ feature_approval: f }: Pick<Account, 'feature_approval'>): boolean {
  return (f.current_user === 'denied' || f.current_user === 'missing') && !f.automatic.length && !f.manual.length
}
