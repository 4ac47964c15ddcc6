package apps

// apiVocabulary has the requests of the vendor's APIs, as its pages name them, with their members.
var apiVocabulary = map[string]map[string][]string{
	"PbxApi": {
		"SubscribePresence": {"sip", "num"}, "UnsubscribePresence": {}, "SetPresence": {"sip", "guid", "contact", "activity", "note"},
		"SubscribeProfile": {}, "AddProfile": {}, "DelProfile": {}, "UpdateProfile": {},
		"AddProfileContact": {}, "DelProfileContact": {}, "UpdateProfileContact": {}, "GetNodeInfo": {},
		"AddAlienCall": {}, "DelAlienCall": {}, "AddDiversion": {}, "DelDiversion": {}, "GetDiversion": {},
		"AppNotify": {"sip", "link", "title", "text"},
	},
	"RCC": {
		"Initialize": {"grp", "limit", "calls"}, "Devices": {}, "UserInitialize": {"cn", "hw", "xfer", "disc"},
		"UserCall": {"user", "call", "e164", "h323"}, "UserConnect": {"call"}, "UserClear": {"call", "cause"}, "UserHold": {"call"},
		"UserRetrieve": {"call"}, "UserTransfer": {"a", "b"}, "UserMediaTransfer": {"a", "b"}, "UserRedirect": {"call"},
		"UserReroute": {"call"}, "UserPickup": {}, "UserPark": {}, "UserCtComplete": {}, "UserCtrlCall": {}, "UserDTMF": {"call"},
		"UserUUI": {}, "UserInfo": {}, "UserRc": {}, "UserEnd": {"user"},
	},
	"PbxAdminApi": {
		"GetObject": {}, "UpdateObject": {}, "DeleteObject": {}, "SearchUsers": {}, "GetPbxConfig": {}, "GetPbxLicenses": {},
		"GetRegs": {}, "GetApps": {}, "GetAppObjects": {}, "GetConfigObjects": {}, "GetPseudoObjects": {}, "GetAppLogin": {},
		"GetGroup": {}, "GetGroups": {}, "GetNodes": {}, "GetLocation": {}, "GetConfigs": {}, "GetFilters": {}, "GetBooleans": {},
		"GetPush": {}, "GetMessages": {}, "GetStun": {}, "GetAppLics": {}, "CheckAppLic": {}, "GetNormalizedNumber": {},
		"GetPhoneConfig": {}, "GetRPs": {}, "MonitorConfig": {}, "MonitorAdminObject": {}, "MonitorUnallowed": {},
	},
	"Services": {
		"SubscribeServices": {}, "UnsubscribeServices": {}, "GetServiceLogin": {"app", "challenge"},
	},
	"PbxTableUsers": {
		"ReplicateStart": {"add", "del", "columns", "guid", "usn"}, "ReplicateNext": {}, "ReplicateAdd": {}, "ReplicateDel": {}, "ReplicateUpdate": {},
	},
	"PbxImpersonation": {"CreateApi": {"sip", "target"}, "DeleteApi": {}},
	"PbxSignal":        {"Register": {"hw", "flags"}, "Attach": {"hw"}, "Signaling": {}},
	"PbxMessages":      {"Session": {}},
	"":                 {"CheckBuild": {"url"}, "AppInfo": {"app"}, "KeepAlive": {}},
}
