/** Words that people build names from, by where they come from; written for this purpose. */
const listed = (text: string): readonly string[] => text.split(/\s+/);

export const WORDS_OF_PURPOSE = listed(
  `about access account active adventure agency air alert alpha ample anchor apple archive arrow artist atlas aunt autumn bank basic
beacon bear beauty better bicycle bird bloom blue board boat body bold book border bottle box branch brave bread bridge bright brother
brown build button cabin call camera camp candle canvas capital care carry castle cedar center chain chair change chapter charm check
cherry child choice circle city classic clean clear click climb clock cloud coast code coffee color comet common connect copper coral
corner cotton country course craft creek crown crystal current daily dance data dawn deep delta desert design desk diamond dinner direct
distant doctor dog door double dragon dream drive eagle early earth east easy echo edge editor eleven ember engine enjoy entry equal
event every exact express eye fabric face fair falcon family farm fast favor feather field figure film final finger fire first fish
five flame flash flat flight flower focus food foot force forest fork form forward fountain fox frame free fresh friend front fruit
future gallery garden gate general gentle giant gift glass global gold good grand grass great green ground group grow guard guide
hammer hand happy harbor harvest health heart heavy help hero high hill history hold home honest honey horizon horse hotel house human
hundred ice idea image inner insight iron island jacket journal journey joy jump justice keep kettle key king kitchen kite lake land
language large laser late leader leaf learn leather legal lemon letter level library life light lily lion liquid list little live local
logic lotus lucky lunar magic mail major maker maple map marble market master meadow media member memory metal method middle mighty
milk mind mirror mobile modern moment money monkey moon morning mother motion mountain mouse movie music narrow nation native nature
near nest never next night nine noble north note novel number oak ocean office olive open orange orbit order origin outdoor owl oxygen
page paint palace paper park partner party path peace pearl pencil people perfect phone photo piano picture pilot pine pixel place
plain planet plant plate play plus pocket point polar pond power press pretty price pride prime print project proof public pulse pure
purple quality quarter queen quick quiet rabbit radio rain ranch random rapid reach ready real record red region remote report rest
result ribbon rich ride right ring ripple rise river road robin rocket roof room root rose round royal ruby safe sail salt sand scale
school science screen sea search season second secret seed senior serve seven shadow shape share sharp shell shield ship shop shore
short show signal silent silk silver simple sister six sky sleep slow smart smile smooth snow social soft solar solid song sound source
south space spark special speed spice spirit sport spot spring square staff stage star station steady steel stone store storm story
strange stream street strong student studio style sugar summer sun super sure surface sweet swift switch system table talent talk target
taste teacher team tender thread three thunder ticket tiger timber time tiny today token tool top touch tower town toy track trade trail
train travel treasure tree trend tribe true trust tulip turn twelve twin under union unit upper urban valley value vapor velvet video
view village vision visit vital voice wagon walk wall warm watch water wave way weather web week west whale wheel white whole wide wild
willow wind window winter wire wise wolf woman wonder wood word work world yellow young zebra zero zone`,
);

export const WORDS_OF_TRADE = listed(
  `academy accounting ads advisor analytics app apparel architects associates auction audio auto aviation backup bakery banking bazaar
billing bio biotech blog bookings builder business buyer cargo career casino catalog catering cdn charity chat church clinic club
college commerce community company compute computer consult consulting corp council coupon credit crypto dating dealer deals delivery
dental deploy developer digital directory discount distribution domain download economy edu education electric electronics email energy
engineering enterprise equipment estate events exchange exhibit expert export fashion federal finance fitness foods football forum
foundation freight fund furniture games gaming gaming gov graphics gym hardware health healthcare homes hospital host hosting immo
industries industry infra insurance interactive international internet invest investment jobs kids lab labs law learning lease legal
lending loans logistics magazine mall management manager manufacturing marine marketing medical medicine metrics ministry mortgage
motors museum network news newspaper nursing online optics orchestra parts payments pharma pharmacy photography plastics player plumbing
police portal post press printing private production products program properties property publishing radio rail realty recipes recruit
rental repair research resort restaurant retail review roofing sales salon savings schedule secure security seo server service services
shipping shoes shopping software solutions stadium static staffing statistics stats stock storage streaming studios subscribe supplies
support surgery survey tax taxi tech technologies telecom telemetry television tennis theater tickets tires tourism tours toys tracker
trading training transfer transport travel tutor tv university updates vacation vehicle ventures vet wealth wear wedding weekly
wholesale wiki wine wireless workshop yoga`,
);

export const WORDS_ABROAD = listed(
  `abogado acqua aktuell alles amigo apotheke arbeit auto bahn banca banco bauen bella berg bien bio blanc bonjour brasil buch buero
calcio camping canal casa centro chat chemin ciudad clinica coche commune compagnie correo cuisine dansk deporte deutsch dienst digitale
dla dom drogerie droit edizioni einkauf empresa energie escuela espace famille ferien festa feuerwehr fiesta finanzen fleurs france
frau freizeit futbol garten gazeta gemeinde gesund giornale glas gmbh gratis gruppe guia gut hafen handel handwerk haus heim hogar
hotel immobilien info inmobiliaria italia jardin jeux jobs kaffee kinder kino kirche klinik koch kommune kultur kunst lago laden land
leben libre libro livre livres loja loisirs luz maison maler markt mediterraneo meine mercado mode moda mondo moto mundo musee musica
musik nacht natur neue nieuws noticias nova nuevo oficina onibus orologi ospedale pagina palazzo papel paris patisserie piazza pizza
platz polska praxis presse prix profi radio reise reisen revista ristorante rivista sala salud sante schmuck schule schweiz sklep
sklepy soleil sol spiel sport stadt stadtwerke steuer strasse strom tage telefon tempo tenda terra tienda tiere tours ufficio uhren
umwelt universidad urlaub vacances vecchio verde verein verlag versicherung viagem viajes vida vie villa vino ville vins voiture voyage
wagen wasser weg wein welt werk wetter wiadomosci winkel wohnen zeit zeitung zentrum zoeken sakura hikari yama kawa shop tokyo osaka
sushi ramen nihon kyoto fuji matsu saito moscow novosti pogoda magazin avto dom stroy remont kupit skidka shkola istanbul haber emlak
seyahat saglik indah berita rumah toko mobil kota hindi bharat desi yoga guru samachar vikram priya`,
);
