/* SPDX-License-Identifier: MIT */
/* Names of services by their ports, of those that one meets often. */

/* Of both TCP and UDP, as IANA's registry has them or people call them. */
const NAMES = new Map([
	[20, "FTP data"], [21, "FTP"], [22, "SSH"], [23, "Telnet"],
	[25, "SMTP"], [53, "DNS"], [67, "DHCP"], [68, "DHCP"], [69, "TFTP"],
	[80, "HTTP"], [88, "Kerberos"], [110, "POP3"], [111, "RPC"],
	[123, "NTP"], [137, "NetBIOS"], [138, "NetBIOS"], [139, "NetBIOS"],
	[143, "IMAP"], [161, "SNMP"], [162, "SNMP trap"], [179, "BGP"],
	[389, "LDAP"], [443, "HTTPS"], [445, "SMB"], [465, "SMTPS"],
	[500, "IKE"], [514, "syslog"], [546, "DHCPv6"], [547, "DHCPv6"],
	[554, "RTSP"], [587, "SMTP"], [631, "IPP"], [636, "LDAPS"],
	[853, "DNS over TLS"], [873, "rsync"], [993, "IMAPS"],
	[995, "POP3S"], [1194, "OpenVPN"], [1433, "SQL Server"],
	[1883, "MQTT"], [1900, "SSDP"], [2049, "NFS"], [2181, "ZooKeeper"],
	[2379, "etcd"], [3128, "HTTP proxy"], [3260, "iSCSI"],
	[3306, "MySQL"], [3389, "RDP"], [3478, "STUN"], [4500, "IPsec"],
	[4789, "VXLAN"], [5060, "SIP"], [5061, "SIPS"], [5222, "XMPP"],
	[5353, "mDNS"], [5355, "LLMNR"], [5432, "PostgreSQL"],
	[5672, "AMQP"], [5900, "VNC"], [5985, "WinRM"], [6379, "Redis"],
	[6443, "Kubernetes"], [8080, "HTTP"], [8443, "HTTPS"],
	[8883, "MQTTS"], [9000, "HTTP"], [9090, "Prometheus"],
	[9092, "Kafka"], [9100, "printer"], [9200, "Elasticsearch"],
	[11211, "memcached"], [11347, "netdumplings"],
	[11348, "netdumplings"], [11357, "netdumplings"],
	[11358, "netdumplings"], [27017, "MongoDB"], [51820, "WireGuard"],
]);

/* The name of what a server does at this port of TCP or UDP, or "". */
export function serviceName(protocol, port)
{
	if (port === null)
		return "";
	if (port === 443 && protocol === "UDP")
		return "QUIC";
	return NAMES.get(port) ?? "";
}
