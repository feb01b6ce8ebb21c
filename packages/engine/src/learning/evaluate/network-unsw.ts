/**
 * Suite `network-unsw`: attacks among the flows of UNSW-NB15.
 * NU1. id, attack_cat and label are no features; nor are the first sequence numbers of TCP, which are chance by design.
 * NU2. The authors' split has 175,341 rows to train and 82,332 to test. In some copies the names of the two files are
 *      swapped: without named parts the larger one is trained on, whatever it is called, and the outcome says which.
 * NU3. The four raw files (UNSW-NB15_1.csv to _4.csv) have no header and 2.5 million rows in order of time: without the two sets the
 *      first half of the files is trained on and the rest tested; every so many-th row is read, and the outcome says so.
 */
import { makeRandom } from "../random.ts";
import { judgeSplit } from "./network-outcome.ts";
import {
  bareName,
  exactPart,
  type NetworkFormat,
  type NetworkRow,
  oneOfEach,
  type TextRows,
  tablesOf,
  textRows,
  type Unread,
  unreadShort,
} from "./network-rows.ts";
import { type DataFile, evalError, type Suite, type SuiteInput, type SuiteOutcome } from "./suite.ts";

const CATEGORIES = ["proto", "service", "state"];
const NOT_FEATURES = new Set([
  "id",
  "attack_cat",
  "label",
  "stcpb",
  "dtcpb",
  "srcip",
  "dstip",
  "sport",
  "dsport",
  "stime",
  "ltime",
  "",
]);

/** Columns of the raw files, in the authors' list of features. */
const RAW =
  "srcip sport dstip dsport proto state dur sbytes dbytes sttl dttl sloss dloss service sload dload spkts dpkts swin dwin stcpb dtcpb smeansz dmeansz trans_depth res_bdy_len sjit djit stime ltime sintpkt dintpkt tcprtt synack ackdat is_sm_ips_ports ct_state_ttl ct_flw_http_mthd is_ftp_login ct_ftp_cmd ct_srv_src ct_srv_dst ct_dst_ltm ct_src_ltm ct_src_dport_ltm ct_dst_sport_ltm ct_dst_src_ltm attack_cat label".split(
    " ",
  );

export const NETWORK_UNSW: Suite = {
  name: "network-unsw",
  summary: "attacks among flows: from normal rows alone, from known attacks, and both (UNSW-NB15)",
  data: "UNSW_NB15_training-set.csv and UNSW_NB15_testing-set.csv, or the raw UNSW-NB15_1.csv to _4.csv; a part is a file; one file alone is halved",
  run,
};

interface Read {
  readonly file: DataFile;
  readonly text: TextRows;
}

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const unread: Unread[] = [];
  const { train, test } = await sidesOf(input, unread);
  const header = train[0]?.text.header ?? [];
  const format: NetworkFormat = { names: header.filter((name) => !NOT_FEATURES.has(name)), categories: CATEGORIES };
  const known = train.flatMap((one) => rowsOf(one, format, unread));
  const halved = test.length === 0;
  const [first, second] = halved
    ? halvesOf(known, input.seed)
    : [known, test.flatMap((one) => rowsOf(one, format, unread))];
  if (first.length === 0 || second.length === 0)
    throw evalError("eval-data-malformed", "no rows of UNSW-NB15 in the data");
  const tables = tablesOf({ ...format, categories: CATEGORIES.filter((name) => header.includes(name)) }, first, second);
  const named = (side: readonly Read[], rows: number): string[] =>
    side.map(({ file }) => `${file.path} (${rows} rows)`);
  return {
    train: named(train, first.length),
    test: named(halved ? train : test, second.length),
    protocol: `${halved ? "Seeded halves of one file (optimistic: both sides are of one source). " : train.length > 1 ? "Raw files in order of time: the earlier against the later. " : "The authors' split; the larger file is the one trained on. "}auroc is of the novelty scorer, fitted on normal training rows alone; accuracy, precision, recall, f1, fpr are of novelty or classifier, at levels that training rows chose with families of attacks left out.`,
    ...judgeSplit({ ...tables, input }),
    unread: unreadShort(unread),
  };
}

async function sidesOf(
  input: SuiteInput,
  unread: Unread[],
): Promise<{ readonly train: readonly Read[]; readonly test: readonly Read[] }> {
  const tables = input.files.filter(({ path }) => /\.(?:csv|txt)$/i.test(path));
  const chosen = (parts: readonly string[]): readonly DataFile[] => parts.flatMap((part) => exactPart(tables, part));
  const [train, test] = [chosen(input.train), chosen(input.test)];
  const others = oneOfEach(tables).filter((file) => !train.includes(file) && !test.includes(file));
  const sets = others.filter(({ path }) => /(?:train|test)/i.test(bareName(path)));
  const offered = await readAll(sets.length > 0 ? sets : others, unread);
  if (train.length > 0 && test.length > 0)
    return {
      train: await readAll(train, unread),
      test: await readAll(
        test.filter((file) => !train.includes(file)),
        unread,
      ),
    };
  if (train.length === 0 && test.length === 0 && offered.length > 2) {
    const inTime = offered.toSorted((a, b) => (a.file.path < b.file.path ? -1 : 1));
    const middle = Math.ceil(inTime.length / 2);
    return { train: inTime.slice(0, middle), test: inTime.slice(middle) };
  }
  const bySize = offered.toSorted((a, b) => b.text.rows.length - a.text.rows.length);
  const sides = {
    train: train.length > 0 ? await readAll(train, unread) : bySize.slice(0, 1),
    test:
      test.length > 0 ? await readAll(test, unread) : bySize.slice(train.length > 0 ? 0 : 1, train.length > 0 ? 1 : 2),
  };
  if (sides.train.length > 0) return sides;
  if (sides.test.length > 0) return { train: sides.test, test: [] };
  throw evalError("eval-data-missing", "no UNSW_NB15_training-set.csv or UNSW_NB15_testing-set.csv in the data");
}

/** A file without the header of the two sets (the list of features, the list of events) is named and left out. */
async function readAll(files: readonly DataFile[], unread: Unread[]): Promise<readonly Read[]> {
  const read: Read[] = [];
  for (const file of files) {
    const text = named(await textRows(file, "label"));
    if (text.step > 1) unread.push({ where: file.path, reason: `long: one line in ${text.step} was read` });
    if (text.header?.includes("dur") === true) read.push({ file, text });
    else unread.push({ where: file.path, reason: "no header with dur and label, nor the raw files' 49 columns" });
  }
  return read;
}

const named = (text: TextRows): TextRows =>
  text.header === undefined && text.rows[0]?.length === RAW.length ? { ...text, header: RAW } : text;

function rowsOf({ file, text }: Read, format: NetworkFormat, unread: Unread[]): readonly NetworkRow[] {
  const header = text.header ?? [];
  const at = format.names.map((name) => header.indexOf(name));
  const [label, kind] = [header.indexOf("label"), header.indexOf("attack_cat")];
  const shown = ["proto", "service", "state", "sbytes", "dbytes"].map((name) => header.indexOf(name));
  return text.rows.flatMap((fields, number): NetworkRow[] => {
    const where = `${file.path} line ${text.first + number}`;
    const truth = fields[label];
    if (truth !== "0" && truth !== "1") {
      unread.push({ where, reason: `${fields.length} fields, label "${truth ?? ""}"` });
      return [];
    }
    const family = truth === "0" ? "" : attackName(fields[kind] ?? "");
    return [
      {
        where: `${where}: ${shown.map((column) => fields[column] ?? "").join(" ")}`,
        fields: at.map((column) => fields[column] ?? ""),
        attack: family,
        family,
      },
    ];
  });
}

/** The raw files spell "Backdoor" and "Backdoors", with and without blanks. */
const attackName = (text: string): string => text.trim().toLowerCase().replace(/s$/, "") || "attack";

function halvesOf(rows: readonly NetworkRow[], seed: number): readonly [readonly NetworkRow[], readonly NetworkRow[]] {
  const order = makeRandom(seed).shuffle([...rows]);
  return [order.slice(0, order.length >> 1), order.slice(order.length >> 1)];
}
