// Looks after the focus while Tab walks through a page. What an element looks like without the focus is noted first.
window.rabtaKeyboard = (() => {
  const CONTROLS = 'a, button, input:not([type=hidden]), select, textarea, summary, audio[controls], video[controls], ' +
    '[role=button], [role=link], [role=checkbox], [role=switch], [role=tab], [role=menuitem], [onclick], [tabindex], [contenteditable=true]'
  const stopped = new Set()
  const before = new Map()

  const html = element => element.outerHTML.replace(/\s+/g, ' ').slice(0, 160)
  const deepest = () => {
    let here = document.activeElement
    while (here && here.shadowRoot && here.shadowRoot.activeElement) here = here.shadowRoot.activeElement
    return here
  }
  // The sign may be on the control, on its label, beside it or around it.
  const signs = element => [element, ...(element.labels || []), element.nextElementSibling, element.parentElement].filter(Boolean)
  const looks = element => {
    const style = getComputedStyle(element)
    const outline = style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0 ? 'none' :
      [style.outlineStyle, style.outlineWidth, style.outlineColor].join(' ')
    return outline + ' | ' + style.boxShadow
  }
  const clear = look => look === 'none | none' || /^\S+ \S+ (transparent|rgba\(0, 0, 0, 0\)) \| none$/.test(look)
  const note = element => signs(element).forEach(each => before.has(each) || before.set(each, looks(each)))
  const seen = element => signs(element).some(each => looks(each) !== before.get(each) && !clear(looks(each)))

  const visible = element => {
    const box = element.getBoundingClientRect()
    return box.width > 0 && box.height > 0 && element.checkVisibility({visibilityProperty: true, opacityProperty: true}) &&
      !element.closest('[inert], [aria-hidden=true]')
  }
  // WCAG 2.4.11: not a corner of it can be seen.
  const covered = element => {
    const box = element.getBoundingClientRect()
    const points = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]]
    return !points.some(([across, down]) => {
      const at = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down)
      return at && [element, ...(element.labels || [])].some(each => each.contains(at) || at.contains(each))
    })
  }
  const off = element => element.matches(':disabled') || element.closest('fieldset:disabled') !== null
  // One radio button of a group is a stop, and the arrows lead to the others.
  const byArrows = element => element.type === 'radio' &&
    [...stopped].some(each => each.type === 'radio' && each.name === element.name && each.form === element.form)
  const reached = element => stopped.has(element) || byArrows(element)

  document.activeElement && document.activeElement.blur()
  getSelection().removeAllRanges()
  scrollTo(0, 0)
  document.querySelectorAll(CONTROLS).forEach(note)
  return {
    focused: deepest,
    here() {
      const element = deepest()
      if (!element || element === document.body || element === document.documentElement || stopped.has(element)) return null
      stopped.add(element)
      note(element)
      return {html: html(element), seen: seen(element), covered: covered(element)}
    },
    unreached: () => [...document.querySelectorAll(CONTROLS)]
      .filter(element => !element.matches('[tabindex="-1"]:not(a, button, input, select, textarea)'))
      .filter(element => visible(element) && !off(element) && !reached(element)).map(html),
    // Whoever listens for those inside, or is a label, or was told of already, is none.
    forgotten: element => element.nodeType !== 1 || element === document.body || element.matches(CONTROLS) ||
      element.matches('form, dialog, label') || element.closest('a[href], button, label, summary') || element.querySelector(CONTROLS) ||
      !visible(element) ? null : html(element),
  }
})()
