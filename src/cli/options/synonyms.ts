/** What does here what a word does elsewhere. */
interface Equivalent {
  /** What the word means, as it follows "to": `list images`. */
  readonly purpose: string
  /** A command line of Pinpull, or of the program whose task it is. */
  readonly use: string
}

type Synonyms = readonly (readonly [words: string, purpose: string, use: string])[]

/** Words that are commands of other tools (kubectl, helm, crane, kbld, kube-linter, trivy, frizbee, Renovate). */
const COMMANDS: Synonyms = [
  ['list ls get search find', 'list images', 'pinpull images FILE'],
  ['run apply render transform filter convert', 'pin manifests', 'pinpull FILE'],
  ['fix edit set', 'pin images where they are written', 'pinpull pin FILE'],
  ['sign attest', 'sign an image', 'cosign sign IMAGE@DIGEST'],
  ['validate lint scan audit test analyze', 'check manifests', 'pinpull check FILE'],
  ['resolve digest inspect head', 'print the digest of an image', 'pinpull inventory --image IMAGE'],
  ['update upgrade refresh', 'resolve locked images again', 'pinpull lock --update FILE'],
  ['repin bump', 'move digests to what their tags name now', 'pinpull pin --update FILE'],
  ['freeze vendor', 'record digests', 'pinpull lock FILE'],
  ['plan preview dry-run compare', 'show what would change', 'pinpull diff FILE'],
  ['why describe', 'show why an image is pinned or not', 'pinpull explain FILE'],
  [
    'mirror copy sync relocate export package',
    'list images for copying',
    'pinpull inventory --output skopeo FILE',
  ],
  ['pull prefetch preload', 'pull images onto nodes', 'pinpull prepull FILE'],
  ['view show settings profiles', 'print the settings of a profile', 'pinpull config view'],
  ['diagnose debug ping info env status', 'show each step to an image', 'pinpull doctor IMAGE'],
  ['init generate scaffold', 'write a configuration to start with', 'pinpull config init'],
  ['schema', 'print the schema of the configuration', 'pinpull config schema'],
  ['install plugin', 'install the plugin of Helm', 'pinpull helm install-plugin'],
  ['logs log error errors history', 'print the messages of the last failed run', 'pinpull last'],
  ['login auth', 'store credentials', 'docker login REGISTRY'],
]

/** Names of options of other tools, with their dashes. */
const OPTIONS: Synonyms = [
  ['--dry-run --diff --preview --server-side', 'see what would change', 'pinpull diff FILE'],
  [
    '-i -w --write --in-place --inplace --overwrite --fix --edit',
    'write the digests into the files',
    'pinpull pin --write FILE',
  ],
  ['--output-file --out', 'write the result to another file', 'pinpull FILE > PINNED'],
  [
    '--insecure --insecure-skip-tls-verify --insecure-registry --allow-insecure --tls-verify --skip-tls-verify --plain-http --insecure-policy',
    'use a registry without TLS or its verification',
    'plainHttp or skipTlsVerify under registries in the configuration',
  ],
  ['--ca-file --cacert --ca-cert --ca --certs-dir', 'trust a certificate authority', '--hosts-dir DIR'],
  [
    '--severity --min-severity --level --threshold --fail-level --exit-one-on-warning --strict --werror',
    'choose what fails a run',
    '--fail-on warning, or findings in a profile of the configuration',
  ],
  [
    '-n --namespace -A --all-namespaces --context --kubeconfig --kube-context',
    'read the objects of a cluster',
    'kubectl get deployments --namespace NAME --output yaml | pinpull check',
  ],
  [
    '--values --set --set-string --release-name --chart',
    'pass values to a chart',
    'helm template CHART --values FILE | pinpull',
  ],
  ['-R -Rf -fR --recursive -r', 'read a folder with everything below it', '-f FOLDER'],
  ['-k --kustomize', 'pin what kustomize builds', 'kustomize build FOLDER | pinpull'],
  ['--file --files --input --in --manifest', 'name a file', '--filename FILE'],
  ['--registry --registries', 'use another registry', '--mirror HOST=URL'],
  [
    '--username --password --creds --user --token --registry-username',
    'pass credentials',
    'docker login REGISTRY, or --auth-file FILE',
  ],
  ['--no-cache', 'use no cached answer', '--cache-ttl 0'],
  ['--offline --no-network', 'contact no registry', '--locked'],
  ['--debug --log-level --trace -d', 'see each request', '--verbose'],
  ['--silent -s', 'see errors only', '--quiet'],
  ['--colour --colours --colors', 'choose colours', '--color WHEN'],
  ['--env --environment -e -p', 'choose the policy of an environment', '--profile NAME'],
  ['--ignore --skip --skip-files --skip-dirs', 'leave files out', '--exclude GLOB'],
  ['--json', 'print JSON', '--output json'],
  ['--yaml', 'print YAML', '--output yaml'],
  ['--sarif', 'print SARIF', '--output sarif'],
  ['--template', 'print data for a template', '--output json'],
  ['--update-lock --relock', 'resolve locked images again', 'pinpull lock --update FILE'],
  ['--pin --digest --digests', 'pin manifests', 'pinpull FILE'],
  [
    '--certificate --cert --cosign-key --public-key',
    'verify signatures by a public key',
    'pinpull verify --key FILE',
  ],
  [
    '--certificate-identity-regexp --certificate-oidc-issuer-regexp',
    'accept several identities',
    'subjectPattern under verify in the configuration',
  ],
  [
    '--insecure-ignore-tlog --ignore-tlog --private-infrastructure',
    'accept signatures that are in no transparency log',
    'pinpull verify --transparency-log optional',
  ],
  [
    '--signature-verification --check-signatures --signatures --keyless',
    'verify signatures',
    'pinpull verify FILE',
  ],
]

/**
 * @param word of a command line where a command may be
 * @returns what is called so elsewhere; undefined for an unknown word
 */
export function commandEquivalent(word: string): Equivalent | undefined {
  return equivalent(COMMANDS, word)
}

/** @param word an option with its dashes, without a value */
export function optionEquivalent(word: string): Equivalent | undefined {
  return equivalent(OPTIONS, word)
}

function equivalent(synonyms: Synonyms, word: string): Equivalent | undefined {
  const row = synonyms.find(([words]) => words.split(' ').includes(word))
  return row && { purpose: row[1], use: row[2] }
}

/** Every word that has an equivalent, for tests. */
export function synonyms(): { readonly word: string; readonly use: string }[] {
  return [...COMMANDS, ...OPTIONS].flatMap(([words, , use]) =>
    words.split(' ').map((word) => ({ word, use })),
  )
}
