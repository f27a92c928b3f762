// An archive that waits for its person's choice, and one that was brought.
const base = { error: null, overwrite: false, files: [{ name: 'archive.zip', size: 4_200_000, received: 4_200_000 }], created_at: '2026-10-01T10:00:00.000Z', expires_at: '2026-11-01T10:00:00.000Z' }

export const imports = [
  {
    ...base, id: '92', source: 'instagram', state: 'ready', kinds: [], total: 0, done: 0, added: 0, failed: 0, ended_at: null, undo_until: null,
    preview: {
      username: 'ada.ink',
      kinds: [
        { kind: 'post', count: 311, new: 311, files: 840, bytes: 3_900_000_000, from: '2014-05-01T10:00:00.000Z', until: '2026-09-30T10:00:00.000Z' },
        { kind: 'story', count: 25, new: 25, files: 25, bytes: 90_000_000, from: '2021-05-01T10:00:00.000Z', until: '2026-09-30T10:00:00.000Z' },
      ],
      samples: [{ kind: 'post', text: 'The weir at low water #oak', files: 3, created_at: '2026-09-30T10:00:00.000Z' }],
      problems: [{ place: 'media/posts/201405/1.jpg', error: 'The file is not in the archive.' }],
      unread: 1, ignored: 412, left_out: { boost: 2 },
    },
  },
  { ...base, id: '91', source: 'following', state: 'done', kinds: ['account'], total: 120, done: 120, added: 117, failed: 3, ended_at: '2026-10-01T10:05:00.000Z', undo_until: null, preview: null },
]
