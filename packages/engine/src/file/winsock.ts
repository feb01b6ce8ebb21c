/** The functions of Winsock by number, as its documentation fixes them: programs of old import them so. */
const FIRST =
  "accept bind closesocket connect getpeername getsockname getsockopt htonl htons ioctlsocket inet_addr inet_ntoa listen ntohl ntohs recv recvfrom select send sendto setsockopt shutdown socket";
const FROM_51 = "gethostbyaddr gethostbyname getprotobyname getprotobynumber getservbyname getservbyport gethostname";
const FROM_101 =
  "WSAAsyncSelect WSAAsyncGetHostByAddr WSAAsyncGetHostByName WSAAsyncGetProtoByNumber WSAAsyncGetProtoByName WSAAsyncGetServByPort WSAAsyncGetServByName WSACancelAsyncRequest WSASetBlockingHook WSAUnhookBlockingHook WSAGetLastError WSASetLastError WSACancelBlockingCall WSAIsBlocking WSAStartup WSACleanup";

const from = (first: number, names: string): [string, string][] =>
  names.split(" ").map((name, at) => [String(first + at), name]);

export const WINSOCK: Readonly<Record<number, string>> = Object.fromEntries([
  ...from(1, FIRST),
  ...from(51, FROM_51),
  ...from(101, FROM_101),
  ["151", "__WSAFDIsSet"],
]);
