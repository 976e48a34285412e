"""What the architecture must be, line by line: a sentence, what the templates make of it, and what it has to be.

Each line holds in both environments, with and without a domain. Where the two differ, `by(small, production)` says so.
"""

from collections import namedtuple

Line = namedtuple("Line", "text got want")
By = namedtuple("By", "small production")
EVERYBODY = "0.0.0.0/0"
TABLE = []


def line(text, got, want=True):
    TABLE.append(Line(text, got, want))


def by(small, production):
    return By(small, production)


def wanted(want, architecture):
    if callable(want):
        want = want(architecture)
    return getattr(want, architecture.environment) if isinstance(want, By) else want


# ---- how things are looked up


def subnet(name):
    """Its range, its zone, and the name of its route table."""

    def got(a):
        key, p = a.named("EC2::Subnet", name)
        tables = [t["RouteTableId"] for t in a.all("EC2::SubnetRouteTableAssociation").values() if t["SubnetId"] == key]
        return p["CidrBlock"], p["AvailabilityZone"], [a.called(table) for table in tables]

    return got


def routes(name):
    """Where to, by what. The way inside the VPC needs no line."""

    def got(a):
        key, _ = a.named("EC2::RouteTable", name)
        ways = ("GatewayId", "NatGatewayId")
        return {
            r["DestinationCidrBlock"]: a.resources[next(r[w] for w in ways if w in r)]["Type"]
            for r in a.all("EC2::Route").values()
            if r["RouteTableId"] == key
        }

    return got


def rules(direction, name):
    """Ports and peers of all its rules, those inside the group included."""

    def got(a):
        key, group = a.named("EC2::SecurityGroup", name)
        inside = group.get(f"SecurityGroup{direction}", [])
        apart = [r for r in a.all(f"EC2::SecurityGroup{direction}").values() if r["GroupId"].startswith(key)]
        peers = ("SourceSecurityGroupId", "DestinationSecurityGroupId")
        return {
            (
                r["IpProtocol"],
                f"{r['FromPort']}-{r['ToPort']}" if r["IpProtocol"] != "-1" else "all",
                r.get("CidrIp") or r.get("CidrIpv6") or next((a.called(r[p]) for p in peers if p in r), "?"),
            )
            for r in inside + apart
        }

    return got


def tcp(*pairs):
    return {("tcp", f"{port}-{port}", peer) for port, peer in pairs}


# A group without a rule keeps the one that lets everything out, so each has one to this machine itself.
NOWHERE = {("-1", "all", "127.0.0.1/32")}


def at(key, *path):
    """A property of one resource, such as at("app.WebTask", "Cpu")."""

    def got(a):
        value = a[key]
        for step in path:
            value = value[step]
        return value

    return got


def names(key, *path):
    return lambda a: sorted(a.called(each) for each in at(key, *path)(a))


def attribute(key, path, name):
    return lambda a: {each["Key"]: each["Value"] for each in a[key][path]}.get(name)


def kept(key):
    return lambda a: (a.resources[key].get("DeletionPolicy"), a.resources[key].get("UpdateReplacePolicy"))


def container(key):
    return lambda a: a[key]["ContainerDefinitions"][0]


def inside(key, *path):
    def got(a):
        value = container(key)(a)
        for step in path:
            value = value[step]
        return value

    return got


def environment(key, name):
    return lambda a: {e["Name"]: e["Value"] for e in container(key)(a)["Environment"]}.get(name)


def secrets(key):
    """Which settings come from where."""

    def got(a):
        found = {}
        for each in container(key)(a)["Secrets"]:
            found[each["Name"]] = each["ValueFrom"]
        return found

    return got


def allowed(key):
    """What a role may do: action and resource, with nothing but its own policies."""

    def got(a):
        assert not a[key].get("ManagedPolicyArns"), f"{key} has policies of others"
        pairs = set()
        for policy in a[key].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions, resources = statement["Action"], statement["Resource"]
                actions = actions if isinstance(actions, list) else [actions]
                resources = resources if isinstance(resources, list) else [resources]
                pairs |= {(action, resource) for action in actions for resource in resources}
        return pairs

    return got


def may(key, *services):
    return lambda a: {pair for pair in allowed(key)(a) if pair[0].split(":")[0] in services}


def alarm(key):
    return lambda a: (a[key]["MetricName"], a[key]["ComparisonOperator"], a[key]["Threshold"])


def with_domain(then, otherwise):
    return lambda a: then if a.domain else otherwise


# ---- network

line("VPC 10.0.0.0/16", lambda a: a.one("EC2::VPC")["CidrBlock"], "10.0.0.0/16")
line("public-subnet-1a", subnet("public-subnet-1a"), ("10.0.1.0/24", "us-east-1a", ["public-rt"]))
line("public-subnet-1b", subnet("public-subnet-1b"), ("10.0.2.0/24", "us-east-1b", ["public-rt"]))
line("private-app-subnet-1a", subnet("private-app-subnet-1a"), ("10.0.3.0/24", "us-east-1a", ["private-app-rt"]))
line(
    "private-app-subnet-1b; NatPerAz gives it a table of its own",
    subnet("private-app-subnet-1b"),
    by(
        ("10.0.4.0/24", "us-east-1b", ["private-app-rt"]),
        ("10.0.4.0/24", "us-east-1b", ["private-app-rt-1b"]),
    ),
)
line("private-db-subnet-1a", subnet("private-db-subnet-1a"), ("10.0.5.0/24", "us-east-1a", ["private-db-rt"]))
line("private-db-subnet-1b", subnet("private-db-subnet-1b"), ("10.0.6.0/24", "us-east-1b", ["private-db-rt"]))
line("no other subnets", lambda a: len(a.all("EC2::Subnet")), 6)
line("public-rt: out by the internet gateway", routes("public-rt"), {EVERYBODY: "AWS::EC2::InternetGateway"})
line("private-app-rt: out by the NAT gateway", routes("private-app-rt"), {EVERYBODY: "AWS::EC2::NatGateway"})
line("private-db-rt: local only", routes("private-db-rt"), {})
line("every route", lambda a: len(a.all("EC2::Route")), by(2, 3))
line(
    "NAT gateways, each with an Elastic IP, in public subnets; NatPerAz no/yes",
    lambda a: sorted(
        (a.called(n["SubnetId"]), a.resources[n["AllocationId"].removesuffix(".AllocationId")]["Type"])
        for n in a.all("EC2::NatGateway").values()
    ),
    by(
        [("public-subnet-1a", "AWS::EC2::EIP")],
        [("public-subnet-1a", "AWS::EC2::EIP"), ("public-subnet-1b", "AWS::EC2::EIP")],
    ),
)
line("the internet gateway is attached", at("network.InternetGatewayAttachment", "InternetGatewayId"), "network.InternetGateway")
line("S3 gateway endpoint, at the tables of the application", names("network.S3Endpoint", "RouteTableIds"), by(["private-app-rt"], ["private-app-rt", "private-app-rt-1b"]))
line("… of the free kind", at("network.S3Endpoint", "VpcEndpointType"), "Gateway")
line("flow logs of all traffic", lambda a: (a.one("EC2::FlowLog")["ResourceId"], a.one("EC2::FlowLog")["TrafficType"]), ("network.Vpc", "ALL"))
line("nobody gets a public address by itself", lambda a: {s["MapPublicIpOnLaunch"] for s in a.all("EC2::Subnet").values()}, {False})

# ---- security

line("alb-sg in", rules("Ingress", "alb-sg"), tcp((80, EVERYBODY), (443, EVERYBODY)))
line("alb-sg out", rules("Egress", "alb-sg"), tcp((8000, "app-sg")) | NOWHERE)
line("app-sg in", rules("Ingress", "app-sg"), tcp((8000, "alb-sg")))
line("app-sg out", rules("Egress", "app-sg"), tcp((3306, "db-sg"), (6379, "cache-sg"), (443, EVERYBODY)) | NOWHERE)
line("worker-sg in", rules("Ingress", "worker-sg"), set())
line("worker-sg out", rules("Egress", "worker-sg"), tcp((3306, "db-sg"), (6379, "cache-sg"), (443, EVERYBODY)) | NOWHERE)
line("db-sg in", rules("Ingress", "db-sg"), tcp((3306, "app-sg"), (3306, "worker-sg")))
line("db-sg out", rules("Egress", "db-sg"), NOWHERE)
line("cache-sg in", rules("Ingress", "cache-sg"), tcp((6379, "app-sg"), (6379, "worker-sg")))
line("cache-sg out", rules("Egress", "cache-sg"), NOWHERE)
line(
    "groups are called as their Name tags",
    lambda a: sorted((g["GroupName"], a.called(key)) for key, g in a.all("EC2::SecurityGroup").items()),
    [(name, name) for name in ("alb-sg", "app-sg", "cache-sg", "db-sg", "worker-sg")],
)
line(
    "every rule is described",
    lambda a: all(r.get("Description") for d in ("Ingress", "Egress") for r in a.all(f"EC2::SecurityGroup{d}").values()),
)
line("the key is rotated and kept", lambda a: (a["security.Key"]["EnableKeyRotation"], *kept("security.Key")(a)), (True, "Retain", "Retain"))

# ---- data

DB = "data.Database"
line("RDS MySQL 8.4, with all three numbers", lambda a: (a[DB]["Engine"], a[DB]["EngineVersion"].split(".")[:2], len(a[DB]["EngineVersion"].split("."))), ("mysql", ["8", "4"], 3))
line("db.t3.micro at the small setting", at(DB, "DBInstanceClass"), by("db.t3.micro", "db.t3.medium"))
line("20 GB", lambda a: int(a[DB]["AllocatedStorage"]), 20)
line("master user admin", lambda a: 'SecretStringTemplate' in a["data.DbAdminSecret"]["GenerateSecretString"] and a["data.DbAdminSecret"]["GenerateSecretString"]["SecretStringTemplate"], '{"username": "admin"}')
line("… by a dynamic reference", at(DB, "MasterUsername"), "{{resolve:secretsmanager:data.DbAdminSecret:SecretString:username}}")
line("its password, too", at(DB, "MasterUserPassword"), "{{resolve:secretsmanager:data.DbAdminSecret:SecretString:password}}")
line("not ManageMasterUserPassword", lambda a: "ManageMasterUserPassword" in a[DB], False)
line("initial database daybook", at(DB, "DBName"), "daybook")
line("encrypted, with our key", lambda a: (a[DB]["StorageEncrypted"], a[DB]["KmsKeyId"]), (True, "security.Key.Arn"))
line("not public", at(DB, "PubliclyAccessible"), False)
line("in a subnet group of the two database subnets", lambda a: (a[DB]["DBSubnetGroupName"], names("data.DbSubnetGroup", "SubnetIds")(a)), ("data.DbSubnetGroup", ["private-db-subnet-1a", "private-db-subnet-1b"]))
line("in db-sg", names(DB, "VPCSecurityGroups"), ["db-sg"])
line("automated backups kept 7 days", at(DB, "BackupRetentionPeriod"), 7)
line("TLS only", at("data.DbParameters", "Parameters", "require_secure_transport"), "1")
line("… in force", at(DB, "DBParameterGroupName"), "data.DbParameters")
line("MultiAz no/yes", at(DB, "MultiAZ"), by("false", "true"))
line("PerformanceInsights no/yes", at(DB, "EnablePerformanceInsights"), by("false", "true"))
line("DeletionProtection no/yes", at(DB, "DeletionProtection"), by("false", "true"))
line("the database leaves a snapshot", kept(DB), ("Snapshot", "Snapshot"))
line("a read replica of it, CreateReplica yes/yes", at("data.Replica", "SourceDBInstanceIdentifier"), DB)
line("… db.t3.micro", at("data.Replica", "DBInstanceClass"), by("db.t3.micro", "db.t3.medium"))
line("… in db-sg", names("data.Replica", "VPCSecurityGroups"), ["db-sg"])
line("… not public", at("data.Replica", "PubliclyAccessible"), False)
line("… deleted with its stack", kept("data.Replica"), ("Delete", "Delete"))
line("every database is one of the two", lambda a: len(a.all("RDS::DBInstance")), 2)

CACHE = "data.Cache"
line("ElastiCache: Valkey or Redis", lambda a: a[CACHE]["Engine"] in ("valkey", "redis"))
line("cluster mode disabled", lambda a: (a[CACHE]["ClusterMode"], a[CACHE]["NumNodeGroups"]), ("disabled", 1))
line("TLS", at(CACHE, "TransitEncryptionEnabled"), True)
line("auth", at(CACHE, "AuthToken"), "{{resolve:secretsmanager:data.CacheSecret:SecretString:password}}")
line("encrypted", lambda a: (a[CACHE]["AtRestEncryptionEnabled"], a[CACHE]["KmsKeyId"]), (True, "security.Key.Arn"))
line("in the database subnets", lambda a: (a[CACHE]["CacheSubnetGroupName"], names("data.CacheSubnetGroup", "SubnetIds")(a)), ("data.CacheSubnetGroup", ["private-db-subnet-1a", "private-db-subnet-1b"]))
line("in cache-sg", names(CACHE, "SecurityGroupIds"), ["cache-sg"])
line("port 6379", at(CACHE, "Port"), 6379)
line("CacheReplicas 0/1, which take over", lambda a: (a[CACHE]["ReplicasPerNodeGroup"], a[CACHE]["AutomaticFailoverEnabled"], a[CACHE]["MultiAZEnabled"]), by(("0", False, False), ("1", True, True)))

ALL_CLOSED = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}
for bucket in ("data.Files", "data.AccessLogs"):
    line(f"{bucket}: nothing public", at(bucket, "PublicAccessBlockConfiguration"), ALL_CLOSED)
    line(f"{bucket}: kept", kept(bucket), ("Retain", "Retain"))
    line(
        f"{bucket}: TLS only",
        lambda a, bucket=bucket: [
            (s["Effect"], s["Action"], s["Condition"])
            for s in a[f"{bucket}Policy"]["PolicyDocument"]["Statement"]
            if s["Principal"] == "*"
        ],
        [("Deny", "s3:*", {"Bool": {"aws:SecureTransport": "false"}})],
    )
line("files: uploads that were never finished are taken away within 7 days", lambda a: [r["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] <= 7 for r in a["data.Files"]["LifecycleConfiguration"]["Rules"] if r["Status"] == "Enabled"], [True])
line("files: snapshots are deleted by the worker alone", lambda a: min(r["ExpirationInDays"] for r in a["data.Files"]["LifecycleConfiguration"]["Rules"]) >= 36500)
line("files: encrypted with our key", lambda a: a["data.Files"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"], {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "security.Key.Arn"})
line("secrets: made at random, under our key", lambda a: {(s["KmsKeyId"], s["GenerateSecretString"]["PasswordLength"] >= 32, "SecretString" in s) for s in a.all("SecretsManager::Secret").values()}, {("security.Key.Arn", True, False)})

# ---- platform

for program in ("Web", "Worker"):
    key = f"platform.{program}Repository"
    line(f"ECR {program}: named", at(key, "RepositoryName"), lambda a, p=program.lower(): f"daybook-{a.environment}-{p}")
    line(f"ECR {program}: immutable tags", at(key, "ImageTagMutability"), "IMMUTABLE")
    line(f"ECR {program}: scan on push", at(key, "ImageScanningConfiguration", "ScanOnPush"), True)
    line(f"ECR {program}: lifecycle", lambda a, key=key: '"countNumber": 30' in a[key]["LifecyclePolicy"]["LifecyclePolicyText"])
    line(f"ECR {program}: kept", kept(key), ("Retain", "Retain"))
line("one ECS cluster", lambda a: a.one("ECS::Cluster")["ClusterName"], lambda a: f"daybook-{a.environment}-cluster")
for program in ("Web", "Worker", "Migrate", "Shell"):
    key = f"platform.{program}Logs"
    line(f"log group /ecs/… of {program}", at(key, "LogGroupName"), lambda a, p=program.lower(): f"/ecs/daybook-{a.environment}-{p}")
    line(f"… kept, under our key: {program}", lambda a, key=key: (*kept(key)(a), a[key]["KmsKeyId"]), ("Retain", "Retain", "security.Key.Arn"))

SECRET = {"db-admin": "data.DbAdminSecret", "db-app": "data.DbAppSecret", "cache": "data.CacheSecret"}
KEY, FILES = "security.Key.Arn", "data.Files.Arn"
line(
    "execution role of the services: only the named secrets, parameters and repositories",
    may("platform.ServiceExecutionRole", "secretsmanager", "ssm", "kms", "ecr"),
    lambda a: {
        ("secretsmanager:GetSecretValue", SECRET["db-app"]),
        ("secretsmanager:GetSecretValue", SECRET["cache"]),
        ("ssm:GetParameters", f"arn:aws:ssm:us-east-1:123456789012:parameter/daybook-{a.environment}/*"),
        ("kms:Decrypt", KEY),
        # Names no repository: AWS gives this for all or not at all.
        ("ecr:GetAuthorizationToken", "*"),
    }
    | {
        (f"ecr:{action}", f"platform.{program}Repository.Arn")
        for program in ("Web", "Worker")
        for action in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
    },
)
line(
    "execution role of migrate and shell: the master user, too, but not Redis",
    may("platform.OneOffExecutionRole", "secretsmanager", "ssm", "kms"),
    {("secretsmanager:GetSecretValue", SECRET["db-app"]), ("secretsmanager:GetSecretValue", SECRET["db-admin"]), ("kms:Decrypt", KEY)},
)
line(
    "web reads the files and writes imports/",
    allowed("platform.WebRole"),
    {
        ("s3:ListBucket", FILES),
        ("s3:GetObject", f"{FILES}/*"),
        ("s3:PutObject", f"{FILES}/imports/*"),
        ("s3:AbortMultipartUpload", f"{FILES}/imports/*"),
        ("kms:Decrypt", KEY),
        ("kms:GenerateDataKey", KEY),
    },
)
line(
    "worker reads, writes and deletes files",
    allowed("platform.WorkerRole"),
    {
        ("s3:ListBucket", FILES),
        ("s3:GetObject", f"{FILES}/*"),
        ("s3:PutObject", f"{FILES}/*"),
        ("s3:AbortMultipartUpload", f"{FILES}/*"),
        ("s3:DeleteObject", f"{FILES}/*"),
        ("kms:Decrypt", KEY),
        ("kms:GenerateDataKey", KEY),
    },
)
line("migrate may nothing", allowed("platform.MigrateRole"), set())
line("shell may be reached, and no more", may("platform.ShellRole", "s3", "secretsmanager", "ssm", "rds"), set())

# ---- tasks

TASKS = {"web": "app.WebTask", "worker": "app.WorkerTask", "migrate": "platform.MigrateTask", "shell": "platform.ShellTask"}
for program, task in TASKS.items():
    line(f"{program}: Fargate, awsvpc, 256 CPU, 512 MB", lambda a, t=task: (a[t]["RequiresCompatibilities"], a[t]["NetworkMode"], a[t]["Cpu"], a[t]["Memory"]), (["FARGATE"], "awsvpc", "256", "512"))
    line(f"{program}: read-only root", inside(task, "ReadonlyRootFilesystem"), True)
    line(f"{program}: log group", inside(task, "LogConfiguration", "Options", "awslogs-group"), f"platform.{program.capitalize()}Logs")
    line(f"{program}: stream prefix", inside(task, "LogConfiguration", "Options", "awslogs-stream-prefix"), program)
    line(f"{program}: driver", inside(task, "LogConfiguration", "LogDriver"), "awslogs")
for program, role in {"web": "Web", "worker": "Worker", "migrate": "Migrate", "shell": "Shell"}.items():
    line(f"{program}: its own role", at(TASKS[program], "TaskRoleArn"), f"platform.{role}Role.Arn")
    execution = "Service" if program in ("web", "worker") else "OneOff"
    line(f"{program}: execution role", at(TASKS[program], "ExecutionRoleArn"), f"platform.{execution}ExecutionRole.Arn")
for program in ("web", "worker", "migrate"):
    repository = "web" if program == "migrate" else program
    line(
        f"{program}: the image of this commit",
        inside(TASKS[program], "Image"),
        f"123456789012.dkr.ecr.us-east-1.amazonaws.com/platform.{repository.capitalize()}Repository:0123456789ab",
    )
    line(f"{program}: the database by its parts", lambda a, t=TASKS[program]: [environment(t, n)(a) for n in ("DB_HOST", "DB_PORT", "DB_NAME")], ["data.Database.Endpoint.Address", "data.Database.Endpoint.Port", "daybook"])
    line(f"{program}: TLS to the database", environment(TASKS[program], "DB_SSL_CA"), "/etc/ssl/certs/rds.pem")
line("web: container port 8000", inside("app.WebTask", "PortMappings"), [{"ContainerPort": 8000, "Protocol": "tcp"}])
line("web: it listens there", environment("app.WebTask", "BIND"), "0.0.0.0:8000")
line("web: 2 server workers", environment("app.WebTask", "WEB_WORKERS"), "2")
line("commands", lambda a: [inside(TASKS[p], "Command")(a) for p in ("web", "worker", "migrate")], [["serve"], ["run"], ["migrate"]])
line("web: stop time-out 30 s", inside("app.WebTask", "StopTimeout"), 30)
line("worker: stop time-out 120 s", inside("app.WorkerTask", "StopTimeout"), 120)
line("worker: asks itself whether it lives", inside("app.WorkerTask", "HealthCheck", "Command"), ["CMD", "daybook-worker", "health"])
APP_SECRETS = {"DB_USER": f"{SECRET['db-app']}:username::", "DB_PASSWORD": f"{SECRET['db-app']}:password::"}
line("migrate: both accounts, injected", secrets("platform.MigrateTask"), APP_SECRETS | {"MIGRATE_DB_USER": f"{SECRET['db-admin']}:username::", "MIGRATE_DB_PASSWORD": f"{SECRET['db-admin']}:password::"})
for program in ("web", "worker"):
    task = TASKS[program]
    line(f"{program}: secrets are injected, of the less privileged account", lambda a, t=task: {k: v for k, v in secrets(t)(a).items() if k.startswith(("DB", "REDIS"))}, APP_SECRETS | {"REDIS_PASSWORD": f"{SECRET['cache']}:password::"})
    line(f"{program}: settings from the Parameter Store", lambda a, t=task: sorted(a[v]["Name"].split("/")[-1] == k for k, v in secrets(t)(a).items() if v.startswith("app.")), [True] * (4 if program == "web" else 3))
    line(f"{program}: Redis by its parts, with TLS", lambda a, t=task: [environment(t, n)(a) for n in ("REDIS_HOST", "REDIS_PORT", "REDIS_TLS")], ["data.Cache.PrimaryEndPoint.Address", "data.Cache.PrimaryEndPoint.Port", "true"])
    line(f"{program}: the replica", environment(task, "DB_REPLICA_HOST"), "data.Replica.Endpoint.Address")
    line(f"{program}: files in the bucket", environment(task, "FILES_URL"), "s3://data.Files")
    line(f"{program}: lines that metric filters can read", environment(task, "LOG_FORMAT"), "json")
line("shell: a MySQL client", inside("platform.ShellTask", "Image"), "public.ecr.aws/docker/library/mysql:8.4")
line("proxies that are believed: the load balancer, and CloudFront by the switch", environment("app.WebTask", "TRUSTED_PROXY_HOPS"), by("1", "2"))
line(
    "how people come",
    lambda a: (environment("app.WebTask", "PUBLIC_URL")(a), environment("app.WebTask", "ALLOWED_HOSTS")(a)),
    lambda a: ("https://book.example", "") if a.domain else by(("http://app.LoadBalancer.DNSName", ""), ("", "*")),
)

# ---- services

for program, group, tasks in (("Web", "app-sg", ("2", "2", "6")), ("Worker", "worker-sg", ("1", "1", "6"))):
    service = f"app.{program}Service"
    network = ("NetworkConfiguration", "AwsvpcConfiguration")
    line(f"{program}: Fargate", at(service, "LaunchType"), "FARGATE")
    line(f"{program}: its task", at(service, "TaskDefinition"), f"app.{program}Task")
    line(f"{program}: in {group}", names(service, *network, "SecurityGroups"), [group])
    line(f"{program}: in the private app subnets", names(service, *network, "Subnets"), ["private-app-subnet-1a", "private-app-subnet-1b"])
    line(f"{program}: no public IP", at(service, *network, "AssignPublicIp"), "DISABLED")
    line(f"{program}: circuit breaker with rollback", at(service, "DeploymentConfiguration", "DeploymentCircuitBreaker"), {"Enable": True, "Rollback": True})
    line(f"{program}: nothing is taken away before the new is there", lambda a, s=service: (a[s]["DeploymentConfiguration"]["MinimumHealthyPercent"], a[s]["DeploymentConfiguration"]["MaximumPercent"]), (100, 200))
    line(
        f"{program}: how many to begin with, at the least, at the most",
        lambda a, p=program: tuple(str(v) for v in (a[f"app.{p}Service"]["DesiredCount"], a[f"app.{p}Scaling"]["MinCapacity"], a[f"app.{p}Scaling"]["MaxCapacity"])),
        tasks,
    )
    line(f"{program}: scaled by the number of tasks", lambda a, p=program: (a[f"app.{p}Scaling"]["ScalableDimension"], a[f"app.{p}Scaling"]["ResourceId"]), ("ecs:service:DesiredCount", f"service/platform.Cluster/app.{program}Service.Name"))
    line(
        f"{program}: target tracking at 70 % average CPU",
        lambda a, p=program: (
            a[f"app.{p}ScalingPolicy"]["PolicyType"],
            a[f"app.{p}ScalingPolicy"]["ScalingTargetId"],
            a[f"app.{p}ScalingPolicy"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"],
            a[f"app.{p}ScalingPolicy"]["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"],
        ),
        ("TargetTrackingScaling", f"app.{program}Scaling", 70, {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}),
    )
line("web: grace 60 s", at("app.WebService", "HealthCheckGracePeriodSeconds"), 60)
line("web: behind the target group", at("app.WebService", "LoadBalancers"), [{"ContainerName": "web", "ContainerPort": 8000, "TargetGroupArn": "app.TargetGroup"}])
line("worker: behind nothing", lambda a: "LoadBalancers" in a["app.WorkerService"], False)
line("all tasks together leave a database of 1 GB (about 60 connections) room", lambda a: int(a.given["DbPoolSize"]) * (int(a.given["WebMax"]) + int(a.given["WorkerMax"])) <= (50 if a.environment == "small" else 200))

# ---- load balancer

ALB, GROUP = "app.LoadBalancer", "app.TargetGroup"
line("internet-facing ALB over both public subnets", lambda a: (a[ALB]["Type"], a[ALB]["Scheme"], names(ALB, "Subnets")(a)), ("application", "internet-facing", ["public-subnet-1a", "public-subnet-1b"]))
line("in alb-sg", names(ALB, "SecurityGroups"), ["alb-sg"])
line("idle 60 s, below the 75 s of keep-alive", attribute(ALB, "LoadBalancerAttributes", "idle_timeout.timeout_seconds"), "60")
line("its deletion protection", attribute(ALB, "LoadBalancerAttributes", "deletion_protection.enabled"), by("false", "true"))
line("target group HTTP 8000, type ip", lambda a: (a[GROUP]["Protocol"], a[GROUP]["Port"], a[GROUP]["TargetType"]), ("HTTP", 8000, "ip"))
line("health check /healthz", at(GROUP, "HealthCheckPath"), "/healthz")
line("… every 30 s, time-out 5 s", lambda a: (a[GROUP]["HealthCheckIntervalSeconds"], a[GROUP]["HealthCheckTimeoutSeconds"]), (30, 5))
line("… 2 healthy, 2 unhealthy", lambda a: (a[GROUP]["HealthyThresholdCount"], a[GROUP]["UnhealthyThresholdCount"]), (2, 2))
line("drain 30 s", attribute(GROUP, "TargetGroupAttributes", "deregistration_delay.timeout_seconds"), "30")


def way_in(key):
    """What a listener does with everybody, and with what CloudFront shows."""

    def got(a):
        if key not in a.resources:
            return None
        p = a[key]
        rules = [r for r in a.all("ElasticLoadBalancingV2::ListenerRule").values() if r["ListenerArn"] == key]
        shown = [(r["Conditions"][0]["HttpHeaderConfig"]["Values"], r["Actions"][0]["TargetGroupArn"]) for r in rules]
        action = p["DefaultActions"][0]
        detail = action.get("RedirectConfig") or action.get("FixedResponseConfig", {}).get("StatusCode") or action.get("TargetGroupArn")
        return p["Protocol"], p["Port"], action["Type"], detail, shown

    return got


SHOWN = [(["{{resolve:secretsmanager:app.OriginSecret:SecretString:password}}"], GROUP)]
line(
    "port 80: to the application, or with a domain by 301 to 443; with CloudFront only what it shows",
    way_in("app.HttpListener"),
    with_domain(
        ("HTTP", 80, "redirect", {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}, []),
        by(("HTTP", 80, "forward", GROUP, []), ("HTTP", 80, "fixed-response", "403", SHOWN)),
    ),
)
line(
    "port 443 with a domain",
    way_in("app.HttpsListener"),
    with_domain(by(("HTTPS", 443, "forward", GROUP, []), ("HTTPS", 443, "fixed-response", "403", SHOWN)), None),
)
line("… with an ACM certificate", lambda a: a.domain and a["app.HttpsListener"]["Certificates"], with_domain([{"CertificateArn": "dns.Certificate"}], ""))
line("… that validates itself by DNS", lambda a: a.domain and (a["dns.Certificate"]["DomainName"], a["dns.Certificate"]["ValidationMethod"], a["dns.Certificate"]["DomainValidationOptions"]), with_domain(("book.example", "DNS", [{"DomainName": "book.example", "HostedZoneId": "Z1"}]), ""))
line("… at TLS 1.2 and 1.3", lambda a: a.domain and a["app.HttpsListener"]["SslPolicy"], with_domain("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", ""))
line(
    "the domain's record",
    lambda a: [(r["Name"], r["Type"], r["AliasTarget"]["DNSName"]) for r in a.all("Route53::RecordSet").values()],
    with_domain(by([("book.example", "A", "app.LoadBalancer.DNSName")], [("book.example", "A", "edge.Distribution.DomainName")]), []),
)

# ---- WAF, CloudFront, Shield


def managed(key, name):
    def got(a):
        for rule in a[key]["Rules"]:
            group = rule["Statement"].get("ManagedRuleGroupStatement", {})
            if group.get("Name") == name:
                return {o["Name"]: list(o["ActionToUse"]) for o in group.get("RuleActionOverrides", [])} | {"": list(rule["OverrideAction"])}
        return None

    return got


line("WAF on the ALB", at("app.WebAclAssociation", "ResourceArn"), ALB)
line("… this one", lambda a: (a["app.WebAclAssociation"]["WebACLArn"], a["app.WebAcl"]["Scope"]), ("app.WebAcl.Arn", "REGIONAL"))
line(
    "long bodies and HTML in them are counted, not blocked; the rest blocks",
    managed("app.WebAcl", "AWSManagedRulesCommonRuleSet"),
    {"SizeRestrictions_BODY": ["Count"], "CrossSiteScripting_BODY": ["Count"]}
    | {name: ["Count"] for name in ("GenericLFI_BODY", "GenericRFI_BODY", "EC2MetaDataSSRF_BODY")}
    | {"": ["None"]},
)
line("CloudFront by its switch", lambda a: len(a.all("CloudFront::Distribution")), by(0, 1))
cdn = lambda *path: lambda a: a.environment == "small" or at("edge.Distribution", "DistributionConfig", *path)(a)  # noqa: E731
line("… shows the load balancer its secret", cdn("Origins", 0, "OriginCustomHeaders"), by(True, [{"HeaderName": "X-Origin-Secret", "HeaderValue": "{{resolve:secretsmanager:app.OriginSecret:SecretString:password}}"}]))
line("… forwards everything, Host included, and keeps nothing", lambda a: (cdn("DefaultCacheBehavior", "OriginRequestPolicyId")(a), cdn("DefaultCacheBehavior", "CachePolicyId")(a)), by((True, True), ("216adef6-5c7f-47e4-b989-5492eafa07d3", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")))
line("… takes every method", lambda a: a.environment == "small" or sorted(cdn("DefaultCacheBehavior", "AllowedMethods")(a)), by(True, sorted(["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"])))
line("… has its own WAF", cdn("WebACLId"), by(True, "edge.WebAcl.Arn"))
line("Shield Advanced no/no", lambda a: len(a.all("Shield::Protection")), 0)

# ---- alarms

ALARMS = {
    "NoHealthyWeb": ("HealthyHostCount", "LessThanThreshold", 1),
    "UnhealthyWeb": ("UnHealthyHostCount", "GreaterThanOrEqualToThreshold", 1),
    "WebFaults": ("HTTPCode_Target_5XX_Count", "GreaterThanThreshold", 10),
    "LoadBalancerFaults": ("HTTPCode_ELB_5XX_Count", "GreaterThanThreshold", 10),
    "SlowPages": ("TargetResponseTime", "GreaterThanThreshold", 1),
    "WebErrors": ("web_errors", "GreaterThanThreshold", 10),
    "WebSilent": ("web_alive", "LessThanThreshold", 1),
    "WorkerSilent": ("worker_alive", "LessThanThreshold", 1),
    "NobodySeals": ("oldest_unsealed_s", "GreaterThanThreshold", 60),
    "JobsWait": ("jobs_waiting", "GreaterThanThreshold", 100),
    "WebWaitsForConnections": ("web_pool_waiting", "GreaterThanThreshold", 5),
    "RedisAway": ("web_doorbell_failures", "GreaterThanThreshold", 10),
    "DbCpu": ("CPUUtilization", "GreaterThanThreshold", 80),
    "DbStorage": ("FreeStorageSpace", "LessThanThreshold", 2147483648),
    "ReplicaLag": ("ReplicaLag", "GreaterThanThreshold", 300),
}
for name, want in ALARMS.items():
    line(f"alarm {name}", alarm(f"alarms.{name}"), want)
line("every alarm tells somebody", lambda a: {tuple(x["AlarmActions"]) for x in a.all("CloudWatch::Alarm").values()}, {("alarms.Topic",)})
line("… by mail", at("alarms.Subscription", "Endpoint"), "ops@book.example")
line(
    "silence is an alarm where it means that nobody is there",
    lambda a: sorted(key for key, x in a.all("CloudWatch::Alarm").items() if x["TreatMissingData"] == "breaching"),
    ["alarms.NoHealthyWeb", "alarms.WebSilent", "alarms.WorkerSilent"],
)
line(
    "every figure that an alarm of ours looks at is made by a metric filter",
    lambda a: {x["MetricName"] for x in a.all("CloudWatch::Alarm").values() if x.get("Namespace", "").startswith("daybook-")}
    - {t["MetricName"] for f in a.all("Logs::MetricFilter").values() for t in f["MetricTransformations"]},
    set(),
)
line("a dashboard", lambda a: a.one("CloudWatch::Dashboard")["DashboardName"], lambda a: f"daybook-{a.environment}")

# ---- no secret anywhere in clear

SECRETIVE = ("PASSWORD", "SECRET", "TOKEN", "PWD", "CREDENTIAL")


def in_clear(a):
    """Names of what ought to be secret and is not."""
    found = []
    for key, p in a.all("ECS::TaskDefinition").items():
        for c in p["ContainerDefinitions"]:
            found += [f"{key} {e['Name']}" for e in c.get("Environment", []) if any(s in e["Name"].upper() for s in SECRETIVE)]
            found += [f"{key} {e['Name']}" for e in c.get("Environment", []) if "{{resolve" in str(e["Value"])]
    for key, resource in a.resources.items():
        for name in ("MasterUserPassword", "AuthToken"):
            value = resource["Properties"].get(name)
            if value is not None and not value.startswith("{{resolve:secretsmanager:"):
                found.append(f"{key} {name}")
        if resource["Type"] == "AWS::SSM::Parameter" and any(s in str(resource["Properties"]).upper() for s in SECRETIVE):
            found.append(key)
    found += [f"output {key}" for key, value in a.outputs.items() if "{{resolve" in str(value)]
    found += [f"parameter {key}" for key in a.given if any(s in key.upper() for s in SECRETIVE)]
    return found


line("no secret in an environment value, a property, an output or a parameter", in_clear, [])
