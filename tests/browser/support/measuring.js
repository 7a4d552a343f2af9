// All that was painted and shifted so far: both are buffered from the beginning of the page on. `hadRecentInput` is not asked:
// on an emulated phone Chromium takes its own setting of the window's size for a touch, and half a second's shifts for wanted.
() => new Promise(tell => {
  const found = {paint: [], shifts: []}
  const named = node => node && (node.outerHTML || node.textContent || '').slice(0, 120)
  const watch = (type, keep) => {
    const observer = new PerformanceObserver(list => list.getEntries().forEach(keep))
    observer.observe({type, buffered: true})
    return () => { observer.takeRecords().forEach(keep); observer.disconnect() }
  }
  const ends = [
    watch('largest-contentful-paint', each => {
      const what = each.element ? `${each.element.tagName.toLowerCase()} ${each.element.className}` : each.url
      found.paint.push({at: each.startTime, what})
    }),
    watch('layout-shift', each => {
      found.shifts.push({at: each.startTime, value: each.value, what: each.sources.map(source => named(source.node))})
    }),
  ]
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
    ends.forEach(end => end())
    tell(found)
  }, 50)))
})
