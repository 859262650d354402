/**
 * The script of a page: sorts and filters the table of images. It reads the page and nothing else. Without it the page is
 * complete, only fixed.
 */
export const SCRIPT = `
'use strict'
{
  // More rows than this are shown on demand, since browsers lay out a table as a whole.
  const limit = 500
  const outcomes = ['failed', 'unchanged', 'renamed', 'pinned']

  const table = document.getElementById('images-table')
  if (table !== null) prepare(table)
  addEventListener('beforeprint', () => {
    for (const closed of document.querySelectorAll('details:not([open])')) {
      closed.open = true
      closed.classList.add('for-print')
    }
  })
  addEventListener('afterprint', () => {
    for (const opened of document.querySelectorAll('details.for-print')) {
      opened.open = false
      opened.classList.remove('for-print')
    }
  })

  function prepare(table) {
    const body = table.tBodies[0]
    const heads = [...table.tHead.rows[0].cells]
    const form = document.getElementById('filter')
    const words = document.getElementById('words')
    const outcome = document.getElementById('outcome')
    const status = document.getElementById('shown-rows')
    const all = document.getElementById('all-rows')
    const rows = [...body.rows].map((element, index) => ({
      element,
      index,
      text: element.textContent.toLowerCase(),
      outcome: element.querySelector('.badge').textContent,
      keys: [],
    }))
    const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
    let order = rows
    let isComplete = false

    function show() {
      const wanted = words.value.toLowerCase().split(/\\s+/)
      const found = order.filter(
        (row) =>
          (outcome.value === '' || row.outcome === outcome.value) &&
          wanted.every((word) => row.text.includes(word)),
      )
      const visible = isComplete ? found : found.slice(0, limit)
      const fragment = document.createDocumentFragment()
      for (const row of visible) fragment.append(row.element)
      body.replaceChildren(fragment)
      status.textContent =
        'Showing ' + visible.length + ' of ' + rows.length + (rows.length === 1 ? ' row' : ' rows') +
        (visible.length < found.length ? '; ' + found.length + ' match' : '')
      all.hidden = visible.length === found.length
    }

    function keyOf(row, column) {
      if (row.keys[column] === undefined) {
        const cell = row.element.cells[column]
        if (column === 0) row.keys[column] = String(outcomes.indexOf(row.outcome))
        else if (column === heads.length - 1) row.keys[column] = String(cell.querySelectorAll('li').length)
        else row.keys[column] = cell.textContent
      }
      return row.keys[column]
    }

    function sort(column) {
      const wasAscending = heads[column].getAttribute('aria-sort') === 'ascending'
      for (const head of heads) head.removeAttribute('aria-sort')
      heads[column].setAttribute('aria-sort', wasAscending ? 'descending' : 'ascending')
      const sign = wasAscending ? -1 : 1
      order = rows.toSorted(
        (a, b) => sign * collator.compare(keyOf(a, column), keyOf(b, column)) || a.index - b.index,
      )
      show()
    }

    for (const [column, head] of heads.entries()) {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = head.textContent
      button.addEventListener('click', () => sort(column))
      head.replaceChildren(button)
    }
    form.hidden = false
    form.addEventListener('submit', (event) => event.preventDefault())
    let waiting
    words.addEventListener('input', () => {
      clearTimeout(waiting)
      waiting = setTimeout(show, rows.length > limit ? 150 : 0)
    })
    outcome.addEventListener('change', show)
    all.addEventListener('click', () => {
      isComplete = true
      show()
      words.focus()
    })
    // Paper has no button.
    let wasComplete = false
    addEventListener('beforeprint', () => {
      wasComplete = isComplete
      isComplete = true
      show()
    })
    addEventListener('afterprint', () => {
      isComplete = wasComplete
      show()
    })
    show()
  }
}
`
