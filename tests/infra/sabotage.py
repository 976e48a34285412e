"""Templates with one thing wrong, and the line of the table that has to notice."""

from collections import namedtuple

Sabotage = namedtuple("Sabotage", "text change line")
LIST = []


def sabotage(text, line):
    def add(change):
        LIST.append(Sabotage(text, change, line))
        return change

    return add


def imports(name):
    return {"Fn::ImportValue": {"Fn::Sub": f"${{Name}}-{name}"}}


def properties(templates, key):
    stack, name = key.split(".")
    return templates[stack]["Resources"][name]["Properties"]


def put(key, path, value):
    """A change that sets a property."""

    def change(templates):
        place = properties(templates, key)
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def lose(key, path):
    def change(templates):
        place = properties(templates, key)
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


def add(stack, name, resource):
    return lambda templates: templates[stack]["Resources"].update({name: resource})


NETWORK = ["NetworkConfiguration", "AwsvpcConfiguration"]
CONTAINER = ["ContainerDefinitions", 0]
OPEN = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "CidrIp": "0.0.0.0/0", "Description": "x"}

for text, change, line in [
    ("web in the workers' group", put("app.WebService", [*NETWORK, "SecurityGroups"], [imports("worker-sg")]), "Web: in app-sg"),
    ("worker in web's group", put("app.WorkerService", [*NETWORK, "SecurityGroups"], [imports("app-sg")]), "Worker: in worker-sg"),
    ("database in the cache's group", put("data.Database", ["VPCSecurityGroups"], [imports("cache-sg")]), "in db-sg"),
    ("replica in web's group", put("data.Replica", ["VPCSecurityGroups"], [imports("app-sg")]), "… in db-sg"),
    ("load balancer in web's group", put("app.LoadBalancer", ["SecurityGroups"], [imports("app-sg")]), "in alb-sg"),
    ("an export that names another group", lambda t: t["security"]["Outputs"]["DbGroup"].update(Value={"Fn::GetAtt": ["AppGroup", "GroupId"]}), "in db-sg"),
    ("an open port, as a rule of its own", add("security", "More", {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "DbGroup"}, **OPEN}}), "db-sg in"),
    ("an open port, inside the group", put("security.DbGroup", ["SecurityGroupIngress"], [OPEN]), "db-sg in"),
    ("an open port, for the other version of IP", add("app", "More", {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": imports("worker-sg"), "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "::/0"}}), "worker-sg in"),
    ("a range of ports instead of one", put("security.AppFromAlb", ["ToPort"], 9000), "app-sg in"),
    ("a group that lets everything out", put("security.DbGroup", ["SecurityGroupEgress"], [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]), "db-sg out"),
    ("the load balancer may go anywhere", put("security.AlbToApp", ["CidrIp"], "0.0.0.0/0"), "alb-sg out"),
    ("the database's subnets lead out", add("network", "More", {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "DbRouteTable"}, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": {"Ref": "NatGatewayA"}}}), "private-db-rt: local only"),
    ("a database subnet with web's routes", put("network.DbSubnetARoutes", ["RouteTableId"], {"Ref": "AppRouteTable"}), "private-db-subnet-1a"),
    ("NAT in a private subnet", put("network.NatGatewayA", ["SubnetId"], {"Ref": "AppSubnetA"}), "NAT gateways, each with an Elastic IP, in public subnets; NatPerAz no/yes"),
    ("a password in clear", put("data.Database", ["MasterUserPassword"], "correct-horse"), "no secret in an environment value, a property, an output or a parameter"),
    ("Redis' password in clear", put("data.Cache", ["AuthToken"], "correct-horse-battery-staple"), "no secret in an environment value, a property, an output or a parameter"),
    ("a secret as an environment value", lambda t: properties(t, "app.WebTask")["ContainerDefinitions"][0]["Environment"].append({"Name": "DB_PASSWORD", "Value": "x"}), "no secret in an environment value, a property, an output or a parameter"),
    ("a secret resolved into an environment value", lambda t: properties(t, "app.WebTask")["ContainerDefinitions"][0]["Environment"].append({"Name": "DATABASE_URL", "Value": {"Fn::Sub": "mysql://admin:{{resolve:secretsmanager:x:SecretString:password}}@db/daybook"}}), "no secret in an environment value, a property, an output or a parameter"),
    ("a secret as an output", lambda t: t["data"]["Outputs"].update(Password={"Value": {"Fn::Sub": "{{resolve:secretsmanager:${DbAdminSecret}:SecretString:password}}"}}), "no secret in an environment value, a property, an output or a parameter"),
    ("web is the master user", lambda t: properties(t, "app.WebTask")["ContainerDefinitions"][0].update(Secrets=properties(t, "platform.ShellTask")["ContainerDefinitions"][0]["Secrets"]), "web: secrets are injected, of the less privileged account"),
    ("no breaker", lose("app.WebService", ["DeploymentConfiguration", "DeploymentCircuitBreaker"]), "Web: circuit breaker with rollback"),
    ("a breaker that puts nothing back", put("app.WorkerService", ["DeploymentConfiguration", "DeploymentCircuitBreaker", "Rollback"], False), "Worker: circuit breaker with rollback"),
    ("no grace", lose("app.WebService", ["HealthCheckGracePeriodSeconds"]), "web: grace 60 s"),
    ("another path", put("app.TargetGroup", ["HealthCheckPath"], "/readyz"), "health check /healthz"),
    ("another class, whatever the parameters say", put("data.Database", ["DBInstanceClass"], "db.t3.large"), "db.t3.micro at the small setting"),
    ("another class of the replica", put("data.Replica", ["DBInstanceClass"], "db.t3.large"), "… db.t3.micro"),
    ("a public database", put("data.Database", ["PubliclyAccessible"], True), "not public"),
    ("not encrypted", put("data.Database", ["StorageEncrypted"], False), "encrypted, with our key"),
    ("Redis without TLS", put("data.Cache", ["TransitEncryptionEnabled"], False), "TLS"),
    ("public addresses for tasks", put("app.WebService", [*NETWORK, "AssignPublicIp"], "ENABLED"), "Web: no public IP"),
    ("tasks in the public subnets", put("app.WebService", [*NETWORK, "Subnets"], [imports("public-subnet-1a"), imports("public-subnet-1b")]), "Web: in the private app subnets"),
    ("a root that can be written", put("app.WorkerTask", [*CONTAINER, "ReadonlyRootFilesystem"], False), "worker: read-only root"),
    ("scaling at 90 %", put("app.WebScalingPolicy", ["TargetTrackingScalingPolicyConfiguration", "TargetValue"], 90), "Web: target tracking at 70 % average CPU"),
    ("the database goes without a trace", lambda t: t["data"]["Resources"]["Database"].update(DeletionPolicy="Delete"), "the database leaves a snapshot"),
    ("a role that may everything", lambda t: properties(t, "platform.MigrateRole").update(Policies=[{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]), "migrate may nothing"),
    ("any secret of the account", lambda t: properties(t, "platform.ServiceExecutionRole")["Policies"][0]["PolicyDocument"]["Statement"][3].update(Resource="*"), "execution role of the services: only the named secrets, parameters and repositories"),
    ("the WAF blocks what people write", lambda t: properties(t, "app.WebAcl")["Rules"][0]["Statement"]["ManagedRuleGroupStatement"].update(RuleActionOverrides=[]), "long bodies and HTML in them are counted, not blocked; the rest blocks"),
    ("the WAF protects nothing", lambda t: t["app"]["Conditions"].update(Waf={"Fn::Equals": [{"Ref": "EnableWaf"}, "never"]}), "WAF on the ALB"),
    ("around CloudFront", lambda t: t["app"]["Resources"]["HttpListener"]["Properties"].update(DefaultActions=[{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}]), "port 80: to the application, or with a domain by 301 to 443; with CloudFront only what it shows"),
    ("a redirect for the time being", lambda t: t["app"]["Resources"]["HttpListener"]["Properties"]["DefaultActions"]["Fn::If"][1][0]["RedirectConfig"].update(StatusCode="HTTP_302"), "port 80: to the application, or with a domain by 301 to 443; with CloudFront only what it shows"),
    ("uploads that are never finished stay", lose("data.Files", ["LifecycleConfiguration", "Rules", 0, "AbortIncompleteMultipartUpload"]), "files: uploads that were never finished are taken away within 7 days"),
    ("snapshots go after a year", put("data.Files", ["LifecycleConfiguration", "Rules", 0, "ExpirationInDays"], 365), "files: snapshots are deleted by the worker alone"),
    ("a password that RDS keeps", put("data.Database", ["ManageMasterUserPassword"], True), "not ManageMasterUserPassword"),
    ("the worker is reached from outside", put("app.WorkerService", ["LoadBalancers"], []), "worker: behind nothing"),
    ("a shell that reads secrets", lambda t: properties(t, "platform.ShellRole")["Policies"][0]["PolicyDocument"]["Statement"][0]["Action"].append("secretsmanager:GetSecretValue"), "shell may be reached, and no more"),
    ("an alarm that nobody hears", put("alarms.NobodySeals", ["AlarmActions"], []), "every alarm tells somebody"),
]:
    sabotage(text, line)(change)
