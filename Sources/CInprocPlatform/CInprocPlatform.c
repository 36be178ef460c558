#include "CInprocPlatform.h"
