// What sticks out of the window, and whose text is cut off. What is meant to be heard alone is a pixel small; an element that
// scrolls by itself shows all it has.
() => {
  const wide = document.documentElement.clientWidth
  const told = element => element.outerHTML.replace(/\s+/g, ' ').slice(0, 160)
  const all = [...document.body.querySelectorAll('*')].filter(each => each.checkVisibility({visibilityProperty: true}))
  const scrolls = element => {
    for (let each = element.parentElement; each && each !== document.body; each = each.parentElement)
      if (getComputedStyle(each).overflowX !== 'visible') return true
    return false
  }
  const found = []
  if (document.documentElement.scrollWidth > wide + 1) {
    found.push(`the page is ${document.documentElement.scrollWidth} pixels wide, the window ${wide}`)
    for (const each of all) {
      const box = each.getBoundingClientRect()
      if ((box.right > wide + 1 || box.left < -1) && box.width > 1 && !scrolls(each)) found.push(`it sticks out: ${told(each)}`)
    }
  }
  for (const each of all) {
    const style = getComputedStyle(each)
    const cuts = side => ['hidden', 'clip'].includes(style[side])
    const small = each.clientWidth <= 1 || each.clientHeight <= 1
    const words = each.innerText && each.innerText.trim() && !each.matches('select, option, input, textarea')
    if (!words || small) continue
    if (cuts('overflowX') && each.scrollWidth > each.clientWidth + 1)
      found.push(`its text is cut off at the side: ${told(each)}`)
    if (cuts('overflowY') && each.scrollHeight > each.clientHeight + 1)
      found.push(`its text is cut off below: ${told(each)}`)
  }
  return found
}
