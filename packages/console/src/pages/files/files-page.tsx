/** One file, examined: the verdict first, then why. The file goes to the server, is not kept there, and never opened here. */
import { UPLOAD_BYTES_MAX } from "@cordon/model/api/files";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type DragEvent, useId, useRef, useState } from "react";
import { call } from "../../api/client.ts";
import { meQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { bytesText } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/facts.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Failed, Loading } from "../../ui/state.tsx";
import { FileReport } from "./file-report.tsx";
import "./files.css";

const LIMIT = `${UPLOAD_BYTES_MAX / 2 ** 20} MiB`;

export function FilesPage() {
  const me = useQuery(meQuery).data;
  const [host, setHost] = useState("");
  const [path, setPath] = useState("");
  const examine = useMutation({
    mutationFn: (file: File) =>
      call("examineFile", { file, query: { name: file.name || "file", ...placeOf(host, path) } }),
  });
  const allowed = me !== undefined && mayAct(me.role, "examineFile");
  const half = (host.trim() === "") !== (path.trim() === "");
  return (
    <div className="page">
      <header className="page-head">
        <h1>Examine a file</h1>
        <span className="muted">read, never run; not kept; at most {LIMIT}</span>
      </header>
      <div className="stack">
        {me !== undefined && !allowed && <p className="muted">Your role may not examine files.</p>}
        {allowed && (
          <Section title="Which file">
            <Drop busy={examine.isPending} disabled={half} onFile={(file) => examine.mutate(file)} />
            <Place host={host} path={path} half={half} onHost={setHost} onPath={setPath} />
          </Section>
        )}
        {examine.isPending && <Loading what={`what speaks for and against ${examine.variables.name.slice(0, 80)}`} />}
        {examine.isError && <Failed error={examine.error} />}
        {examine.data && <FileReport report={examine.data} />}
      </div>
    </div>
  );
}

const placeOf = (host: string, path: string) =>
  host.trim() === "" || path.trim() === "" ? {} : { host: host.trim(), path: path.trim() };

interface DropProps {
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onFile: (file: File) => void;
}

function Drop({ busy, disabled, onFile }: DropProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState("");
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file === undefined || busy || disabled) return;
    const why = whyNot(file, files?.length ?? 0);
    setRefused(why);
    if (why === "") onFile(file);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <section
      className={`file-drop ${over ? "file-drop-over" : ""}`}
      aria-label="Drop a file here"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Icon name="file" size={26} />
      <span>Drop a file here, or</span>
      <Button disabled={busy || disabled} onClick={() => input.current?.click()}>
        {busy ? "Examining…" : "Choose a file"}
      </Button>
      <input
        ref={input}
        type="file"
        className="sr"
        tabIndex={-1}
        aria-label="File to examine"
        onChange={(event) => {
          take(event.target.files);
          event.target.value = "";
        }}
      />
      {refused !== "" && (
        <p className="file-refused" role="alert">
          <LogText text={refused} />
        </p>
      )}
    </section>
  );
}

function whyNot(file: File, count: number): string {
  if (count > 1) return "One file at a time; pack several into an archive, it is looked into.";
  if (file.size === 0) return `${file.name} is empty.`;
  if (file.size > UPLOAD_BYTES_MAX)
    return `${file.name} has ${bytesText(file.size)}, at most ${LIMIT}: cordon file examine PATH reads larger ones where they lie.`;
  return "";
}

interface PlaceProps {
  readonly host: string;
  readonly path: string;
  readonly half: boolean;
  readonly onHost: (text: string) => void;
  readonly onPath: (text: string) => void;
}

function Place({ host, path, half, onHost, onPath }: PlaceProps) {
  const [hostId, pathId] = [useId(), useId()];
  return (
    <div className="file-place">
      <label htmlFor={hostId}>
        Found on host
        <input id={hostId} value={host} maxLength={255} placeholder="web01" onChange={(e) => onHost(e.target.value)} />
      </label>
      <label htmlFor={pathId}>
        Full path there
        <input
          id={pathId}
          value={path}
          maxLength={4096}
          placeholder="/tmp/update.sh"
          onChange={(e) => onPath(e.target.value)}
        />
      </label>
      <p className="muted small">
        {half
          ? "Host and path belong together."
          : "Optional. With both, the verdict becomes evidence, and quarantine can be proposed."}
      </p>
    </div>
  );
}
