/** spark draws numbers as a line in a box of 80 by 28: the largest touches the top, none lies on the ground. */
export function spark(numbers: number[], width = 80, height = 28): string {
  const most = Math.max(1, ...numbers)
  const step = numbers.length > 1 ? width / (numbers.length - 1) : 0
  const round = (n: number) => Math.round(n * 10) / 10
  return numbers.map((n, i) => `${i ? 'L' : 'M'}${round(i * step)} ${round(height - 2 - (n / most) * (height - 4))}`).join('')
}
