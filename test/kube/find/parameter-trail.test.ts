import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../../src/config/builtin-profiles.ts'
import { parsePathPattern } from '../../../src/kube/path-pattern.ts'
import { formatDiagnostics } from '../../../src/report/diagnostic-text.ts'
import { transform } from '../../../src/transform.ts'
import { fixedResolver } from '../../support/fixed-resolver.ts'
import { found } from './found.ts'

const tekton = (kind: string, spec: string, version = 'v1'): string =>
  `apiVersion: tekton.dev/${version}\nkind: ${kind}\nmetadata: {name: x}\nspec:\n${spec}`
const argo = (spec: string, kind = 'Workflow'): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: ${kind}\nmetadata: {name: x}\nspec:\n${spec}`

describe('the default of a parameter is the image of a step of Tekton', () => {
  test.each<[name: string, text: string, expected: readonly string[]]>([
    [
      'of a Task',
      tekton(
        'Task',
        '  params: [{name: IMG, default: "a:1"}, {name: V, default: "1.2"}]\n  steps: [{image: $(params.IMG)}]\n',
      ),
      ['R3 spec.params[0].default a:1'],
    ],
    [
      'in brackets and quotes',
      tekton(
        'Task',
        '  params: [{name: my.img, default: "a:1"}]\n  steps: [{image: \'$(params["my.img"])\'}]\n',
      ),
      ['R3 spec.params[0].default a:1'],
    ],
    [
      'of the inputs of old',
      tekton(
        'Task',
        '  inputs: {params: [{name: IMG, default: "a:1"}]}\n  steps: [{image: $(inputs.params.IMG)}]\n',
        'v1alpha1',
      ),
      ['R3 spec.inputs.params[0].default a:1'],
    ],
    [
      'of several steps and sidecars, each with its policy',
      tekton(
        'Task',
        '  params: [{name: IMG, default: "a:1"}]\n  steps: [{image: $(params.IMG)}, {image: $(params.IMG)}]\n  sidecars: [{image: $(params.IMG)}]\n',
      ),
      ['R3 spec.params[0].default a:1', 'R3 spec.params[0].default a:1', 'R3 spec.params[0].default a:1'],
    ],
    [
      'of a StepAction',
      tekton('StepAction', '  params: [{name: IMG, default: "a:1"}]\n  image: $(params.IMG)\n', 'v1beta1'),
      ['R5 spec.params[0].default a:1'],
    ],
    [
      'of a Pipeline, in a task of its own',
      tekton(
        'Pipeline',
        '  params: [{name: IMG, default: "a:1"}]\n  tasks: [{name: t, taskSpec: {steps: [{image: $(params.IMG)}]}}]\n',
      ),
      ['R3 spec.params[0].default a:1'],
    ],
    [
      'passed from a Pipeline to its task',
      tekton(
        'Pipeline',
        '  params: [{name: BUILDER, default: "a:1"}]\n  tasks: [{name: t, params: [{name: IMG, value: $(params.BUILDER)}], taskSpec: {params: [{name: IMG}], steps: [{image: $(params.IMG)}]}}]\n',
      ),
      ['R3 spec.params[0].default a:1'],
    ],
    [
      'the value of a run, and the default that it stands for',
      tekton(
        'TaskRun',
        '  params: [{name: IMG, value: "b:1"}]\n  taskSpec: {params: [{name: IMG, default: "a:1"}], steps: [{image: $(params.IMG)}]}\n',
      ),
      ['R3 spec.taskSpec.params[0].default a:1', 'R3 spec.params[0].value b:1'],
    ],
    [
      'in an object that a trigger makes',
      'apiVersion: triggers.tekton.dev/v1beta1\nkind: TriggerTemplate\nspec:\n  params: [{name: img, default: "a:1"}]\n  resourcetemplates:\n  - apiVersion: tekton.dev/v1\n    kind: TaskRun\n    spec: {taskSpec: {steps: [{image: $(tt.params.img)}]}}\n',
      ['R3 spec.params[0].default a:1'],
    ],
    [
      'in an item of a List',
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: tekton.dev/v1\n  kind: Task\n  spec: {params: [{name: IMG, default: "a:1"}], steps: [{image: $(params.IMG)}]}\n`,
      ['R3 items[0].spec.params[0].default a:1'],
    ],
    [
      'not without a default',
      tekton('Task', '  params: [{name: IMG}]\n  steps: [{image: $(params.IMG)}]\n'),
      ['R3 spec.steps[0].image $(params.IMG)'],
    ],
    [
      'not with an empty default',
      tekton('Task', '  params: [{name: IMG, default: ""}]\n  steps: [{image: $(params.IMG)}]\n'),
      ['R3 spec.steps[0].image $(params.IMG)'],
    ],
    [
      'not where it is a part of the image',
      tekton('Task', '  params: [{name: T, default: "1"}]\n  steps: [{image: "a:$(params.T)"}]\n'),
      ['R3 spec.steps[0].image a:$(params.T)'],
    ],
    [
      'not where it is used for more than images',
      tekton(
        'Task',
        '  params: [{name: IMG, default: "a:1"}]\n  steps: [{image: $(params.IMG), args: ["--image=$(params.IMG)"]}]\n',
      ),
      ['R3 spec.steps[0].image $(params.IMG)'],
    ],
    [
      'not where it is passed to a task that stands elsewhere',
      tekton(
        'Pipeline',
        '  params: [{name: IMG, default: "a:1"}]\n  tasks: [{name: t, taskSpec: {steps: [{image: $(params.IMG)}]}}, {name: u, taskRef: {name: u}, params: [{name: X, value: $(params.IMG)}]}]\n',
      ),
      ['R3 spec.tasks[0].taskSpec.steps[0].image $(params.IMG)'],
    ],
    [
      'not of another kind of object',
      'apiVersion: example.com/v1\nkind: Task\nspec: {params: [{name: IMG, default: "a:1"}], steps: [{image: $(params.IMG)}]}\n',
      ['R3 spec.steps[0].image $(params.IMG)'],
    ],
    [
      'a name that begins alike is another one',
      tekton(
        'Task',
        '  params: [{name: IMG, default: "a:1"}, {name: IMG-TAG, default: x}]\n  steps: [{image: $(params.IMG), args: [$(params.IMG-TAG)]}]\n',
      ),
      ['R3 spec.params[0].default a:1'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected)
  })
})

describe('the parameters of a workflow of Argo', () => {
  test.each<[name: string, text: string, expected: readonly string[]]>([
    [
      'the default of an input',
      argo(
        '  templates:\n  - name: t\n    inputs: {parameters: [{name: image, default: "a:1"}]}\n    container: {image: "{{inputs.parameters.image}}"}\n',
      ),
      ['R3 spec.templates[0].inputs.parameters[0].default a:1'],
    ],
    [
      'the value of an input, with space inside the braces, in a script',
      argo(
        '  templates:\n  - name: t\n    inputs: {parameters: [{name: image, value: "a:1"}]}\n    script: {image: "{{ inputs.parameters.image }}", source: x}\n',
        'WorkflowTemplate',
      ),
      ['R3 spec.templates[0].inputs.parameters[0].value a:1'],
    ],
    [
      'an argument of the workflow',
      argo(
        '  arguments: {parameters: [{name: image, value: "a:1"}]}\n  templates: [{name: t, container: {image: "{{workflow.parameters.image}}"}}]\n',
      ),
      ['R3 spec.arguments.parameters[0].value a:1'],
    ],
    [
      'an argument of a CronWorkflow, as an expression',
      argo(
        '  workflowSpec:\n    arguments: {parameters: [{name: image, value: "a:1"}]}\n    templates: [{name: t, container: {image: "{{=workflow.parameters.image}}"}}]\n',
        'CronWorkflow',
      ),
      ['R3 spec.workflowSpec.arguments.parameters[0].value a:1'],
    ],
    [
      'arguments of steps and tasks, and of the workflow that they pass on',
      argo(`  arguments: {parameters: [{name: builder, value: "c:1"}]}
  templates:
  - name: main
    steps:
    - - {name: one, template: t, arguments: {parameters: [{name: image, value: "a:1"}]}}
      - {name: two, template: t, arguments: {parameters: [{name: image, value: "b:1"}]}}
  - name: graph
    dag:
      tasks:
      - {name: three, template: t, arguments: {parameters: [{name: image, value: "{{workflow.parameters.builder}}"}]}}
  - name: t
    inputs: {parameters: [{name: image}]}
    container: {image: "{{inputs.parameters.image}}"}
`),
      [
        'R3 spec.templates[0].steps[0][0].arguments.parameters[0].value a:1',
        'R3 spec.templates[0].steps[0][1].arguments.parameters[0].value b:1',
        'R3 spec.arguments.parameters[0].value c:1',
      ],
    ],
    [
      'an argument of the workflow for its first template',
      argo(
        '  entrypoint: t\n  arguments: {parameters: [{name: image, value: "a:1"}]}\n  templates:\n  - name: t\n    inputs: {parameters: [{name: image}]}\n    container: {image: "{{inputs.parameters.image}}"}\n',
      ),
      ['R3 spec.arguments.parameters[0].value a:1'],
    ],
    [
      'an argument that is not known before it runs is said where it stands',
      argo(`  templates:
  - name: main
    steps:
    - - {name: one, template: t, withItems: ["a:1"], arguments: {parameters: [{name: image, value: "{{item}}"}]}}
  - name: t
    inputs: {parameters: [{name: image}]}
    container: {image: "{{inputs.parameters.image}}"}
`),
      ['R3 spec.templates[0].steps[0][0].arguments.parameters[0].value {{item}}'],
    ],
    [
      'not where it is used for more than images',
      argo(
        '  arguments: {parameters: [{name: image, value: "a:1"}]}\n  templates: [{name: t, container: {image: "{{workflow.parameters.image}}", args: ["{{workflow.parameters.image}}"]}}]\n',
      ),
      ['R3 spec.templates[0].container.image {{workflow.parameters.image}}'],
    ],
    [
      'not where all parameters are used at once',
      argo(
        '  arguments: {parameters: [{name: image, value: "a:1"}]}\n  templates: [{name: t, container: {image: "{{workflow.parameters.image}}", args: ["{{workflow.parameters}}"]}}]\n',
      ),
      ['R3 spec.templates[0].container.image {{workflow.parameters.image}}'],
    ],
    [
      'not where nothing passes it',
      argo(
        '  templates: [{name: t, inputs: {parameters: [{name: image}]}, container: {image: "{{inputs.parameters.image}}"}}]\n',
      ),
      ['R3 spec.templates[0].container.image {{inputs.parameters.image}}'],
    ],
    [
      'not in a circle',
      argo(`  templates:
  - name: t
    inputs: {parameters: [{name: image}]}
    steps: [[{name: s, template: t, arguments: {parameters: [{name: image, value: "{{inputs.parameters.image}}"}]}}]]
    container: {image: "{{inputs.parameters.image}}"}
`),
      ['R3 spec.templates[0].container.image {{inputs.parameters.image}}'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected)
  })
})

describe('in the filter', () => {
  const run = async (text: string, options = {}) => {
    const { output, report } = await transform(new TextEncoder().encode(text), {
      profile: { ...BUILTIN_PROFILES.get('prod')!, fields: options },
      resolver: fixedResolver({ 'a:1': 'a', 'b:1': 'b' }),
      signal: new AbortController().signal,
    })
    return {
      text: new TextDecoder().decode(output),
      findings: report.diagnostics.flatMap((one) => [...formatDiagnostics([one], false)]),
    }
  }
  const task = (image: string, more = ''): string =>
    tekton(
      'Task',
      `  params:\n  - name: IMG\n    default: ${image}\n  steps:\n  - name: s\n    image: $(params.IMG)\n${more}`,
    )
  const policy = '    imagePullPolicy: IfNotPresent\n'

  test('the default gets the digest, and the step its policy', async () => {
    const { text, findings } = await run(task('a:1'))
    expect(text).toBe(task(`a:1@sha256:${'a'.repeat(64)}`, policy))
    expect(findings).toEqual([])
    expect((await run(text)).text).toBe(text)
  })

  test('what is used for more than images is said, with the rule that would find it', async () => {
    const more = '    args: [$(params.IMG)]\n'
    const { text, findings } = await run(task('a:1', more))
    expect(text).toBe(task('a:1', more))
    expect(findings).toEqual([
      `<stdin>:10:12: warning IMAGE_PARAMETER_SHARED: "$(params.IMG)" is the parameter IMG, which is not only used for images: its value "a:1" at spec.params[0].default (line 7) is left unchanged
  Task x, container s, spec.steps[0].image
  → if every use of it accepts a digest, add a line to spec.fields.rules: - {group: tekton.dev, kind: Task, path: 'spec.params[name=IMG].default'}`,
    ])
  })

  test('and then that rule finds it, and no more is said of the step', async () => {
    const rules = [{ selector: { kind: 'Task' }, path: parsePathPattern('spec.params[name=IMG].default') }]
    const more = '    args: [$(params.IMG)]\n'
    const { text, findings } = await run(task('a:1', more), { rules })
    expect(text).toBe(task(`a:1@sha256:${'a'.repeat(64)}`, more))
    expect(findings).toEqual([])
  })

  test('an excluded default is left, and said to be a placeholder', async () => {
    const exclude = [{ selector: { kind: 'Task' }, path: parsePathPattern('spec.params[].default') }]
    const { text, findings } = await run(task('a:1'), { exclude })
    expect(text).toBe(task('a:1'))
    expect(findings).toEqual([expect.stringContaining('warning IMAGE_PLACEHOLDER')])
  })

  test('two images of one parameter are pinned, and the first speaks for the policy', async () => {
    const taskRun = (one: string, two: string, more: string): string =>
      tekton(
        'TaskRun',
        `  params: [{name: IMG, value: ${two}}]\n  taskSpec:\n    params: [{name: IMG, default: ${one}}]\n    steps:\n    - image: $(params.IMG)\n${more}`,
      )
    const { text, findings } = await run(taskRun("'a:1'", "'b:1'", ''))
    expect(text).toBe(
      taskRun(
        `'a:1@sha256:${'a'.repeat(64)}'`,
        `'b:1@sha256:${'b'.repeat(64)}'`,
        '      imagePullPolicy: IfNotPresent\n',
      ),
    )
    expect(findings).toEqual([])
  })
})
