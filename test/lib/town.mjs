// Two sites in one process, with people on both who have written something.
import { api, Skein } from './skein.mjs'

/** town starts them: ben on oak, carol on elm, where others sign up. */
export async function town() {
  const skein = await Skein.start({ name: 'oak' })
  const elm = await skein.site('elm', 'open')
  const ben = await skein.person('ben')
  const carol = await skein.person('carol', { domain: elm.domain })
  await api(ben, 'PATCH', '/api/v1/accounts/update_credentials', { display_name: 'Ben Okafor', note: 'Counts birds. #birds' })
  await api(ben, 'POST', '/api/v1/statuses', { status: 'Three herons at the weir. #birds' })
  await api(carol, 'PATCH', '/api/v1/accounts/update_credentials', { display_name: 'Carol Mint', note: 'Bread and maps.', discoverable: true })
  const bread = await api(carol, 'POST', '/api/v1/statuses', { status: 'The #bread is out of the oven.' })
  await api(carol, 'POST', '/api/v1/statuses', { status: 'With walnuts, and a crust that sings.', in_reply_to_id: bread.id })
  await api(carol, 'POST', '/api/v1/statuses', { status: 'The hero dies. <b>Not bold</b>', spoiler_text: 'How the book ends', language: 'en' })
  carol.bread = bread.id
  return { skein, elm, ben, carol }
}
