/**
 * Suite `network-nsl-kdd`: attacks among the connections of NSL-KDD.
 * NK1. The difficulty that the authors give each row is no feature.
 * NK2. The standard split is KDDTrain+ against KDDTest+, whose 17 kinds of attack are not in the training file. Where only one
 *      file is given, its seeded halves are used and the figures are called optimistic.
 */
import { makeRandom } from "../random.ts";
import { judgeSplit } from "./network-outcome.ts";
import {
  bareName,
  exactPart,
  type NetworkRow,
  oneOfEach,
  tablesOf,
  textRows,
  type Unread,
  unreadShort,
} from "./network-rows.ts";
import { type DataFile, evalError, type Suite, type SuiteInput, type SuiteOutcome } from "./suite.ts";

const NAMES =
  "duration protocol_type service flag src_bytes dst_bytes land wrong_fragment urgent hot num_failed_logins logged_in num_compromised root_shell su_attempted num_root num_file_creations num_shells num_access_files num_outbound_cmds is_host_login is_guest_login count srv_count serror_rate srv_serror_rate rerror_rate srv_rerror_rate same_srv_rate diff_srv_rate srv_diff_host_rate dst_host_count dst_host_srv_count dst_host_same_srv_rate dst_host_diff_srv_rate dst_host_same_src_port_rate dst_host_srv_diff_host_rate dst_host_serror_rate dst_host_srv_serror_rate dst_host_rerror_rate dst_host_srv_rerror_rate".split(
    " ",
  );
const CATEGORIES = ["protocol_type", "service", "flag"];
const LABELS = ["label", "labels", "class", "attack", "attack_type", "outcome", "xattack", "labels2"];

const FAMILIES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ["dos", "apache2 back land mailbomb neptune pod processtable smurf teardrop udpstorm dos"],
    ["probe", "ipsweep mscan nmap portsweep saint satan probe"],
    [
      "r2l",
      "ftp_write guess_passwd httptunnel imap multihop named phf sendmail snmpgetattack snmpguess spy warezclient warezmaster worm xlock xsnoop r2l",
    ],
    ["u2r", "buffer_overflow loadmodule perl ps rootkit sqlattack xterm u2r"],
  ].flatMap(([family = "", names = ""]) => names.split(" ").map((name) => [name, family])),
);

export const NETWORK_NSL_KDD: Suite = {
  name: "network-nsl-kdd",
  summary: "attacks among connections: from normal rows alone, from known attacks, and both (NSL-KDD)",
  data: "KDDTrain+(_20Percent), KDDTest+ or KDDTest-21 as .txt, .csv or .arff; a part is a file; one file alone is halved",
  run,
};

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const files = input.files.filter(({ path }) => /\.(?:txt|csv|arff|data|labels|corrected)$|[^.]{12}$/i.test(path));
  const { train, test } = sidesOf(files, input);
  const unread: Unread[] = [];
  const trainRows = await readAll(train, unread);
  const halved = test.length === 0;
  const testRows = halved ? [] : await readAll(test, unread);
  const [first, second] = halved ? halvesOf(trainRows, input.seed) : [trainRows, testRows];
  const tables = tablesOf({ names: NAMES, categories: CATEGORIES }, first, second);
  return {
    train: train.map(({ path }) => (halved ? `${path} (a half)` : path)),
    test: (halved ? train : test).map(({ path }) => (halved ? `${path} (the other half)` : path)),
    protocol: `${halved ? "Seeded halves of one file (optimistic: both sides are of one source). " : "The authors' split: the test file has kinds of attack that the training file has not. "}auroc is of the novelty scorer, fitted on normal training rows alone; accuracy, precision, recall, f1, fpr are of novelty or classifier, at levels that training rows chose with families of attacks left out.`,
    ...judgeSplit({ ...tables, input }),
    unread: unreadShort(unread),
  };
}

function halvesOf(rows: readonly NetworkRow[], seed: number): readonly [readonly NetworkRow[], readonly NetworkRow[]] {
  const order = makeRandom(seed).shuffle([...rows]);
  return [order.slice(0, order.length >> 1), order.slice(order.length >> 1)];
}

interface Sides {
  readonly train: readonly DataFile[];
  readonly test: readonly DataFile[];
}

function sidesOf(files: readonly DataFile[], input: SuiteInput): Sides {
  const isTest = ({ path }: DataFile): boolean => /test/i.test(bareName(path));
  const named = (parts: readonly string[]): readonly DataFile[] => parts.flatMap((part) => exactPart(files, part));
  const offered = oneOfEach(files);
  const preferred = (from: readonly DataFile[], bare: string): readonly DataFile[] => {
    const exact = from.filter(({ path }) => bareName(path) === bare);
    return exact.length > 0 ? exact.slice(0, 1) : from.slice(0, 1);
  };
  const train =
    input.train.length > 0
      ? named(input.train)
      : preferred(
          offered.filter((file) => /train|20\s?percent/i.test(bareName(file.path)) && !isTest(file)),
          "kddtrain+",
        );
  const test = input.test.length > 0 ? named(input.test) : preferred(offered.filter(isTest), "kddtest+");
  const known = train.length > 0 ? train : offered.filter((file) => !test.includes(file)).slice(0, 1);
  if (known.length === 0 && test.length === 0)
    throw evalError(
      "eval-data-missing",
      "no KDDTrain+ or KDDTest+ in the data",
      "give the folder with the files of NSL-KDD",
    );
  // A test file alone, or the same file named twice, is halved.
  if (known.length === 0) return { train: test, test: [] };
  return { train: known, test: test.filter((file) => !known.includes(file)) };
}

async function readAll(files: readonly DataFile[], unread: Unread[]): Promise<readonly NetworkRow[]> {
  const rows: NetworkRow[] = [];
  for (const file of files) {
    const text = await textRows(file, "src_bytes");
    const at = columnsOf(text.header);
    text.rows.forEach((fields, number) => {
      const where = `${file.path} line ${text.first + number}`;
      const label = (fields[at.label] ?? "").toLowerCase().replace(/\.$/, "");
      if (label === "") unread.push({ where, reason: `${fields.length} fields, no label` });
      else
        rows.push({
          where: `${where}: ${textOf(fields)}`,
          fields: at.features.map((from) => fields[from] ?? ""),
          ...named(label),
        });
    });
  }
  if (rows.length === 0)
    throw evalError("eval-data-malformed", `no rows in ${files.map(({ path }) => path).join(", ")}`);
  return rows;
}

function columnsOf(header: readonly string[] | undefined): {
  readonly label: number;
  readonly features: readonly number[];
} {
  if (header === undefined) return { label: NAMES.length, features: NAMES.map((_, at) => at) };
  const label = header.findIndex((name) => LABELS.includes(name));
  const missing = NAMES.filter((name) => !header.includes(name));
  if (label < 0 || missing.length > 0)
    throw evalError("eval-data-malformed", `the header has no ${label < 0 ? "label" : missing.join(", ")}`);
  return { label, features: NAMES.map((name) => header.indexOf(name)) };
}

const textOf = (fields: readonly string[]): string => `${fields.slice(1, 4).join(" ")} ${fields[4]}/${fields[5]} bytes`;

function named(label: string): { readonly attack: string; readonly family: string } {
  if (label === "normal" || label === "0") return { attack: "", family: "" };
  return { attack: label, family: FAMILIES[label] ?? "other" };
}
