// Files on their way to the composer: dropped on the page, or shared from another app.
let files: File[] = []

export const handed = {
  give(list: Iterable<File>): void {
    files = [...list]
  },
  take(): File[] {
    const out = files
    files = []
    return out
  },
}
