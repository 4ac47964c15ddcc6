// Package janustest runs real parts for tests: the Janus gateway with its SIP plugin, kamailio for the
// registrar of a PBX, and two baresip for telephones. It is for tests alone, built under the tag janus,
// and fails them where a part is not installed.
//
// Everything lives in a network of its own, which no packet leaves: Janus wants an ordinary interface,
// and finds none but a pair of virtual ones.
package janustest
