/* SPDX-License-Identifier: MIT */
#ifndef NMSG_VECTORS_H
#define NMSG_VECTORS_H

/*
 * A message of each base type, its payload in hexadecimal digits and the texts
 * that nmsgtool 1.3.3 makes of it.  All are of 2024-01-02 03:04:05.006007008.
 */
static const struct nmsg_vector {
	unsigned msgtype;
	unsigned source, operator_id, group;
	const char *payload;
	const char *pres;
	const char *json;
} nmsg_vectors[] = {
	{1, 0x0, 0, 0,
	 "08001228450000280001000040067ccd7f0000017f00000104d20050"
	 "00000000000000005002200000000000",
	 "[44] [2024-01-02 03:04:05.006007008] [1:1 base ncap]"
	 " [00000000] [] [] \n"
	 "type: IPV4\n"
	 "srcip: 127.0.0.1\n"
	 "dstip: 127.0.0.1\n"
	 "proto: 6\n"
	 "payload:\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"ncap\",\"message\":{\"type\":\""
	 "IPV4\",\"proto\":6,\"payload\":\"RQAAKAABAABABnzNfwA"
	 "AAX8AAAEE0gBQAAAAAAAAAABQAiAAAAAAAA==\"}}\n"},
	{2, 0x0, 0, 0,
	 "122746726f6d3a2061406578616d706c652e636f6d0a546f3a206240"
	 "6578616d706c652e6e65740a001a04c000020122116d61696c2e6578"
	 "616d706c652e636f6d002a116d61696c2e6578616d706c652e636f6d"
	 "00320e61406578616d706c652e636f6d003a0e62406578616d706c65"
	 "2e6e6574003a0e63406578616d706c652e6e65740040014a15687474"
	 "703a2f2f6578616d706c652e636f6d2f7800520d68656c6c6f0a776f"
	 "726c640a00",
	 "[173] [2024-01-02 03:04:05.006007008] [1:2 base emai"
	 "l] [00000000] [] [] \n"
	 "type: spamtrap\n"
	 "headers:\n"
	 "From: a@example.com\n"
	 "To: b@example.net\n"
	 ".\n"
	 "srcip: 192.0.2.1\n"
	 "srchost: mail.example.com\n"
	 "helo: mail.example.com\n"
	 "from: a@example.com\n"
	 "rcpt: b@example.net\n"
	 "rcpt: c@example.net\n"
	 "bodyurl: http://example.com/x\n"
	 "body:\n"
	 "hello\n"
	 "world\n"
	 ".\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"email\",\"message\":{\"type\":"
	 "\"spamtrap\",\"headers\":\"From: a@example.com\\nTo:"
	 " b@example.net\\n\",\"srcip\":\"192.0.2.1\",\"srchos"
	 "t\":\"mail.example.com\",\"helo\":\"mail.example.com"
	 "\",\"from\":\"a@example.com\",\"rcpt\":[\"b@example."
	 "net\",\"c@example.net\"],\"bodyurl\":[\"http://examp"
	 "le.com/x\"],\"body\":\"hello\\nworld\\n\"}}\n"},
	{3, 0x0, 0, 0,
	 "08001212687474703a2f2f612e6578616d706c652f001a1268747470"
	 "3a2f2f622e6578616d706c652f002a0b5365727665723a20780a00",
	 "[55] [2024-01-02 03:04:05.006007008] [1:3 base linkp"
	 "air] [00000000] [] [] \n"
	 "type: anchor\n"
	 "src: http://a.example/\n"
	 "dst: http://b.example/\n"
	 "headers:\n"
	 "Server: x\n"
	 ".\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"linkpair\",\"message\":{\"type"
	 "\":\"anchor\",\"src\":\"http://a.example/\",\"dst\":"
	 "\"http://b.example/\",\"headers\":\"Server: x\\n\"}}"
	 "\n"},
	{4, 0x0, 0, 0,
	 "08011204c000020120a290032a04c633640730503a26474554202f20"
	 "485454502f312e300d0a486f73743a206578616d706c652e636f6d0d"
	 "0a0d0a008a04064c696e757800980405d80464",
	 "[75] [2024-01-02 03:04:05.006007008] [1:4 base http]"
	 " [00000000] [] [] \n"
	 "type: sinkhole\n"
	 "srcip: 192.0.2.1\n"
	 "srcport: 51234\n"
	 "dstip: 198.51.100.7\n"
	 "dstport: 80\n"
	 "request:\n"
	 "GET / HTTP/1.0\r\n"
	 "Host: example.com\r\n"
	 "\r\n"
	 ".\n"
	 "p0f_genre: Linux\n"
	 "p0f_dist: 5\n"
	 "p0f_uptime: 100\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"http\",\"message\":{\"type\":\""
	 "sinkhole\",\"srcip\":\"192.0.2.1\",\"srcport\":51234"
	 ",\"dstip\":\"198.51.100.7\",\"dstport\":80,\"request"
	 "\":\"GET / HTTP/1.0\\r\\nHost: example.com\\r\\n\\r\\"
	 "n\",\"p0f_genre\":\"Linux\",\"p0f_dist\":5,\"p0f_upt"
	 "ime\":100}}\n"},
	{5, 0xa1ba02cf, 7, 9,
	 "080612040a00013318e9e303221020010db800000000000000000000"
	 "00012816",
	 "[32] [2024-01-02 03:04:05.006007008] [1:5 base ipcon"
	 "n] [a1ba02cf] [7] [9] \n"
	 "proto: 6\n"
	 "srcip: 10.0.1.51\n"
	 "srcport: 61929\n"
	 "dstip: 2001:db8::1\n"
	 "dstport: 22\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"ipconn\",\"source\":\"a1ba02cf"
	 "\",\"operator\":7,\"group\":9,\"message\":{\"proto\""
	 ":6,\"srcip\":\"10.0.1.51\",\"srcport\":61929,\"dstip"
	 "\":\"2001:db8::1\",\"dstport\":22}}\n"},
	{6, 0x0, 0, 0,
	 "0a057465737400121b68656c6c6f202271756f7465642220c3a92074"
	 "6162096865726500",
	 "[36] [2024-01-02 03:04:05.006007008] [1:6 base logli"
	 "ne] [00000000] [] [] \n"
	 "category: test\n"
	 "message: hello \"quoted\" \303\251 tab\there\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"logline\",\"message\":{\"categ"
	 "ory\":\"test\",\"message\":\"hello \\\"quoted\\\" \303"
	 "\251 tab\\there\"}}\n"},
	{7, 0x0, 0, 0,
	 "0a1103777777076578616d706c6503636f6d001001180120ac022a04"
	 "c00002012a04c000020230013a1103777777076578616d706c650363"
	 "6f6d0040014801",
	 "[63] [2024-01-02 03:04:05.006007008] [1:7 base dns] "
	 "[00000000] [] [] \n"
	 "qname: www.example.com.\n"
	 "qclass: IN (1)\n"
	 "qtype: A (1)\n"
	 "section: 1\n"
	 "rrname: www.example.com.\n"
	 "rrclass: IN (1)\n"
	 "rrtype: A (1)\n"
	 "rrttl: 300\n"
	 "rdata: 192.0.2.1\n"
	 "rdata: 192.0.2.2\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"dns\",\"message\":{\"qname\":\""
	 "www.example.com.\",\"qclass\":\"IN\",\"qtype\":\"A\""
	 ",\"section\":1,\"rrname\":\"www.example.com.\",\"rrc"
	 "lass\":\"IN\",\"rrtype\":\"A\",\"rrttl\":300,\"rdata"
	 "\":[\"192.0.2.1\",\"192.0.2.2\"]}}\n"},
	{8, 0x0, 0, 0, "0a12000102030405060708090a0b080045000014103c",
	 "[22] [2024-01-02 03:04:05.006007008] [1:8 base pkt] "
	 "[00000000] [] [] \n"
	 "len_frame: 60\n"
	 "payload: <BYTE ARRAY LEN=18>\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"pkt\",\"message\":{\"len_frame"
	 "\":60,\"payload\":\"AAECAwQFBgcICQoLCABFAAAU\"}}\n"},
	{9, 0x0, 0, 0,
	 "08021204c00002351a04c6336435201128e929303538b424420d0765"
	 "78616d706c6503636f6d00481c5001a1010000000000205240",
	 "[53] [2024-01-02 03:04:05.006007008] [1:9 base dnsqr"
	 "] [00000000] [] [] \n"
	 "type: UDP_UNANSWERED_QUERY\n"
	 "query_ip: 192.0.2.53\n"
	 "response_ip: 198.51.100.53\n"
	 "proto: UDP (17)\n"
	 "query_port: 5353\n"
	 "response_port: 53\n"
	 "id: 4660\n"
	 "qname: example.com.\n"
	 "qclass: IN (1)\n"
	 "qtype: AAAA (28)\n"
	 "timeout: 72.500000\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"dnsqr\",\"message\":{\"type\":"
	 "\"UDP_UNANSWERED_QUERY\",\"query_ip\":\"192.0.2.53\""
	 ",\"response_ip\":\"198.51.100.53\",\"proto\":\"UDP\""
	 ",\"query_port\":5353,\"response_port\":53,\"id\":466"
	 "0,\"qname\":\"example.com.\",\"qclass\":\"IN\",\"qty"
	 "pe\":\"AAAA\",\"query_packet\":[],\"query_time_sec\""
	 ":[],\"query_time_nsec\":[],\"response_packet\":[],\""
	 "response_time_sec\":[],\"response_time_nsec\":[],\"t"
	 "imeout\":72.5}}\n"},
	{10, 0x0, 0, 0, "0a05746573740012043c612f3e",
	 "[13] [2024-01-02 03:04:05.006007008] [1:10 base xml]"
	 " [00000000] [] [] \n"
	 "xmltype: test\n"
	 "xmlpayload: <BYTE ARRAY LEN=4>\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"xml\",\"message\":{\"xmltype\""
	 ":\"test\",\"xmlpayload\":\"PGEvPg==\"}}\n"},
	{11, 0x0, 0, 0, "080112077b2261223a317d",
	 "[11] [2024-01-02 03:04:05.006007008] [1:11 base enco"
	 "de] [00000000] [] [] \n"
	 "type: JSON\n"
	 "payload: <BYTE ARRAY LEN=7>\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"encode\",\"message\":{\"type\""
	 ":\"JSON\",\"payload\":{\"val\":{\"a\":1},\"b64\":\"e"
	 "yJhIjoxfQ==\"}}}\n"},
	{11, 0x0, 0, 0, "0800120568656c6c6f",
	 "[9] [2024-01-02 03:04:05.006007008] [1:11 base encod"
	 "e] [00000000] [] [] \n"
	 "type: TEXT\n"
	 "payload: <BYTE ARRAY LEN=5>\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"encode\",\"message\":{\"type\""
	 ":\"TEXT\",\"payload\":{\"val\":\"hello\",\"b64\":\"a"
	 "GVsbG8=\"}}}\n"},
	{12, 0x0, 0, 0,
	 "08011234450000344b3e000038062bd0adc052c30a0001330050e83b"
	 "18ba1487d50cf9028010007e25eb00000101080ad77c7ee33aefcf71",
	 "[56] [2024-01-02 03:04:05.006007008] [1:12 base pack"
	 "et] [00000000] [] [] \n"
	 "payload_type: IP\n"
	 "payload: <BYTE ARRAY LEN=52>\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"packet\",\"message\":{\"payloa"
	 "d_type\":\"IP\",\"payload\":\"RQAANEs+AAA4BivQrcBSww"
	 "oAATMAUOg7GLoUh9UM+QKAEAB+JesAAAEBCArXfH7jOu/PcQ==\""
	 "}}\n"},
	{14, 0x0, 0, 0,
	 "08a5facdac061204c63364351a0d076578616d706c6503636f6d0020"
	 "012801300055efbeadde",
	 "[38] [2024-01-02 03:04:05.006007008] [1:14 base dnso"
	 "bs] [00000000] [] [] \n"
	 "time: 1704164645\n"
	 "response_ip: 198.51.100.53\n"
	 "qname: example.com.\n"
	 "qtype: A (1)\n"
	 "qclass: IN (1)\n"
	 "rcode: NOERROR (0)\n"
	 "sensor_id: deadbeef\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"dnsobs\",\"message\":{\"time\""
	 ":1704164645,\"response_ip\":\"198.51.100.53\",\"qnam"
	 "e\":\"example.com.\",\"qtype\":\"A\",\"qclass\":\"IN"
	 "\",\"rcode\":\"NOERROR\",\"sensor_id\":\"deadbeef\"}"
	 "}\n"},
	{13, 0x0, 0, 0, "0a036e7331120276317801",
	 "[11] [2024-01-02 03:04:05.006007008] [1:13 base dnst"
	 "ap] [00000000] [] [] \n"
	 "identity: <BYTE ARRAY LEN=3>\n"
	 "version: <BYTE ARRAY LEN=2>\n"
	 "type: MESSAGE\n"
	 "\n",
	 "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\""
	 ":\"base\",\"mname\":\"dnstap\",\"message\":{\"identi"
	 "ty\":\"bnMx\",\"version\":\"djE=\",\"type\":\"MESSAG"
	 "E\"}}\n"},
};

#endif
