/**
 * Which fields of an event are which properties of which cyber observable object. Names are asked through the event's field
 * view, first present wins; entities fill what no field says (project.ts).
 */

type Kind = "text" | "integer" | "lower" | "lower-list";

/** Property path (dots go into dictionaries) <- names of fields. */
export interface Property {
  readonly to: string;
  readonly from: readonly string[];
  readonly as?: Kind;
}

const property = (to: string, from: string, as?: Kind): Property => ({
  to,
  from: from.split(" "),
  ...(as === undefined ? {} : { as }),
});

/** The process that acted. Its image is a file of its own. */
export const PROCESS: readonly Property[] = [
  property("command_line", "CommandLine ProcessCommandLine process.command_line commandline cmdline"),
  property("pid", "ProcessId NewProcessId SourceProcessId process.pid pid", "integer"),
  property("cwd", "CurrentDirectory process.working_directory cwd"),
  property("created_time", "process.start"),
  property("extensions.windows-process-ext.integrity_level", "IntegrityLevel", "lower"),
];

export const PARENT: readonly Property[] = [
  property("command_line", "ParentCommandLine process.parent.command_line"),
  property("pid", "ParentProcessId process.parent.pid ppid", "integer"),
];

/** The process that was acted upon (remote threads, process access). */
export const TARGET: readonly Property[] = [property("pid", "TargetProcessId", "integer")];

export const IMAGE = "Image NewProcessName ProcessName SourceImage Application process.executable exe".split(" ");
export const PARENT_IMAGE = "ParentImage ParentProcessName process.parent.executable".split(" ");
export const TARGET_IMAGE = ["TargetImage"];
/** A file that was written, loaded or deleted: digests of the event are its own. */
export const SUBJECT_FILE = "TargetFilename ImageLoaded file.path Filename FilePath".split(" ");

export const HASHES: readonly Property[] = [
  property("MD5", "md5 MD5 file.hash.md5 process.hash.md5 hash.md5 fileinfo.md5"),
  property("SHA-1", "sha1 SHA1 file.hash.sha1 process.hash.sha1 hash.sha1 fileinfo.sha1"),
  property("SHA-256", "sha256 SHA256 file.hash.sha256 process.hash.sha256 hash.sha256 fileinfo.sha256"),
  property("SHA-512", "sha512 SHA512 file.hash.sha512"),
];

export const FILE_MORE: readonly Property[] = [
  property("size", "file.size FileSize fileinfo.size", "integer"),
  property("mime_type", "file.mime_type mime_type fileinfo.magic"),
];

export const SOFTWARE: readonly Property[] = [
  property("name", "Product"),
  property("vendor", "Company"),
  property("version", "FileVersion"),
];

export const TRAFFIC: readonly Property[] = [
  property(
    "src_port",
    "SourcePort src_port source.port id.orig_p spt srcport IpPort sport SrcPort sourcePort srcPort",
    "integer",
  ),
  property(
    "dst_port",
    "DestinationPort dst_port dest_port destination.port id.resp_p dpt dstport DestPort dport DstPort destinationPort dstPort",
    "integer",
  ),
  property("protocols", "Protocol protocol proto network.transport transport network_protocol", "lower-list"),
  property("src_byte_count", "source.bytes orig_bytes flow.bytes_toserver bytes_out sentbyte", "integer"),
  property("dst_byte_count", "destination.bytes resp_bytes flow.bytes_toclient bytes_in rcvdbyte", "integer"),
  property("src_packets", "source.packets orig_pkts flow.pkts_toserver", "integer"),
  property("dst_packets", "destination.packets resp_pkts flow.pkts_toclient", "integer"),
  property("extensions.http-request-ext.request_method", "cs-method http.http_method http.request.method", "lower"),
  property("extensions.http-request-ext.request_value", "cs-uri-stem http.url url.path"),
  property(
    "extensions.http-request-ext.request_header.User-Agent",
    "cs-user-agent c-useragent user_agent.original http.http_user_agent",
  ),
];

export const APPLICATION_PROTOCOL = "app_proto service network.protocol".split(" ");

export const ACCOUNT: readonly Property[] = [property("display_name", "displayName userDisplayName")];

export const REGISTRY_VALUE: readonly Property[] = [
  property("data", "Details NewValue registry.data.strings"),
  property("data_type", "registry.data.type"),
];

export const AUTONOMOUS_SYSTEM: readonly Property[] = [
  property("number", "source.as.number as.number autonomousSystemNumber asn", "integer"),
  property("name", "source.as.organization.name as.organization.name"),
];

export const EMAIL: readonly Property[] = [
  property("subject", "Subject subject email.subject P2Subject"),
  property("message_id", "messageID InternetMessageId email.message_id"),
];

export const CERTIFICATE: readonly Property[] = [
  property("issuer", "tls.issuerdn certificate.issuer tls.server.issuer"),
  property("subject", "tls.subject certificate.subject tls.server.subject"),
  property("serial_number", "tls.serial certificate.serial"),
];
